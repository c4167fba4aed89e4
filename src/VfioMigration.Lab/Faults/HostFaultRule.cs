using VfioMigration.Uapi;
using VfioMigration.Vfio.Faults;

namespace VfioMigration.Lab.Faults;

/// <summary>
/// A fault of a host's files, as written: <c>show NAME ERRNO</c>, <c>store NAME ERRNO</c>, <c>store NAME delay=MS</c>, <c>show NAME delay=MS</c>,
/// <c>remove-parent DEVICE</c>. NAME is a file's name, or <c>*</c>; <c>n=K</c> is the K-th occasion from now on, else the first. Happens once.
/// </summary>
public sealed class HostFaultRule
{
    private int occasions;

    private HostFaultRule(string text) => Text = text;

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>show, store or remove-parent.</summary>
    internal string Verb { get; private init; } = "";

    /// <summary>A file's or a parent's name; null for any.</summary>
    internal string? Name { get; private init; }

    internal Errno Error { get; private init; }

    internal TimeSpan Delay { get; private init; }

    private int Occasion { get; init; }

    /// <summary>Null with an error message for what is no rule.</summary>
    public static HostFaultRule? Parse(string text, out string? problem)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] plain = [.. words.Where(word => !word.Contains('='))];
        bool hasNumbers = FaultNumbers.TryRead(words, "n", 1, out long n) & FaultNumbers.TryRead(words, "delay", 0, out long delay);
        HostFaultRule? rule = (n, delay, plain) switch
        {
            _ when !hasNumbers => null,
            ( < 1 or > int.MaxValue, _, _) or (_, > int.MaxValue, _) => null,
            (_, > 0, ["show" or "store", var name]) =>
                new HostFaultRule(text) { Verb = plain[0], Name = name == "*" ? null : name, Delay = TimeSpan.FromMilliseconds(delay), Occasion = (int)n },
            (_, 0, ["show" or "store", var name, var errno]) when ErrnoNames.TryParse(errno, out Errno e) =>
                new HostFaultRule(text) { Verb = plain[0], Name = name == "*" ? null : name, Error = e, Occasion = (int)n },
            (_, 0, ["remove-parent", var parent]) => new HostFaultRule(text) { Verb = plain[0], Name = parent, Occasion = (int)n },
            _ => null,
        };
        problem = rule is null
            ? "expected: show|store NAME|* ERRNO | show|store NAME|* delay=MS | remove-parent DEVICE, each with n=K"
            : null;
        return rule;
    }

    internal bool IsDue() => Interlocked.Increment(ref occasions) == Occasion;
}
