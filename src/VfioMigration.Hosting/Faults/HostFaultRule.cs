using System.Globalization;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Faults;

namespace VfioMigration.Hosting.Faults;

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

    /// <summary>Null with a sentence for what is no rule.</summary>
    public static HostFaultRule? Parse(string text, out string? problem)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] plain = [.. words.Where(word => !word.Contains('='))];
        int n = Number(words, "n", 1);
        int delay = Number(words, "delay", 0);
        problem = null;
        HostFaultRule? rule = (n, delay, plain) switch
        {
            ( < 1, _, _) or (_, < 0, _) => null,
            (_, > 0, ["show" or "store", var name]) =>
                new HostFaultRule(text) { Verb = plain[0], Name = name == "*" ? null : name, Delay = TimeSpan.FromMilliseconds(delay), Occasion = n },
            (_, 0, ["show" or "store", var name, var errno]) when ErrnoNames.TryParse(errno, out Errno e) =>
                new HostFaultRule(text) { Verb = plain[0], Name = name == "*" ? null : name, Error = e, Occasion = n },
            (_, 0, ["remove-parent", var parent]) => new HostFaultRule(text) { Verb = plain[0], Name = parent, Occasion = n },
            _ => null,
        };
        problem = rule is null
            ? "a rule is: show|store NAME|* ERRNO | show|store NAME|* delay=MS | remove-parent DEVICE, each with n=K"
            : null;
        return rule;
    }

    internal bool Strikes() => Interlocked.Increment(ref occasions) == Occasion;

    private static int Number(string[] words, string key, int otherwise)
    {
        string? found = words.FirstOrDefault(word => word.StartsWith(key + "=", StringComparison.Ordinal));
        return found is null ? otherwise
            : int.TryParse(found.AsSpan(key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : -1;
    }
}
