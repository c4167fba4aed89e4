namespace VfioMigration.Vmm.Tests.Support;

/// <summary>
/// The steps of one guest, wherever it makes them. A step that is made twice means that two hosts ran the guest, or that one went on with an
/// old state.
/// </summary>
internal sealed class Timeline
{
    private readonly Lock gate = new();
    private ulong last;
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
            violation ??= step <= last ? $"step {step} on {host} after step {last} was made" : null;
            last = step;
        }
    }

    /// <summary>The host that made the last steps died, and they with it.</summary>
    internal void Forget()
    {
        lock (gate)
        {
            last = 0;
        }
    }
}
