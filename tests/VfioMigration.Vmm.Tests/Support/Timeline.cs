namespace VfioMigration.Vmm.Tests.Support;

/// <summary>
/// The steps of one guest, wherever it makes them. A step that is made twice means that two hosts ran the guest, or that one went on with an
/// old state.
/// </summary>
internal sealed class Timeline
{
    private readonly Lock gate = new();
    private readonly HashSet<string> dead = [];
    private ulong last;
    private string? lastHost;
    private string? violation;

    internal string? Violation
    {
        get
        {
            lock (gate)
            {
                return violation;
            }
        }
    }

    internal void Note(ulong step, string host)
    {
        lock (gate)
        {
            if (dead.Contains(host))
            {
                return;
            }

            violation ??= step <= last ? $"step {step} on {host} after step {last} was made" : null;
            last = step;
            lastHost = host;
        }
    }

    /// <summary>A host dies, and the last steps with it if it made them; what its guest still does is not visible.</summary>
    internal void Forget(string host)
    {
        lock (gate)
        {
            dead.Add(host);
            last = lastHost == host ? 0 : last;
        }
    }
}
