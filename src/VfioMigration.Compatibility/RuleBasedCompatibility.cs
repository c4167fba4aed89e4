using System.Text;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility;

/// <summary>
/// Compatibility as data: a description, a spelling and a list of rules. Every interface queries it, so that none of them can contradict
/// another.
/// </summary>
/// <param name="vendor">Begins every reason.</param>
/// <param name="form">How a description is spelled.</param>
/// <param name="rules">Asked in order; the first objection decides.</param>
/// <param name="describe">The device now. The same object as long as nothing changed; an errno, customarily ENODEV, when migration is not supported.</param>
public sealed class RuleBasedCompatibility(
    string vendor,
    IVersionForm form,
    IReadOnlyList<CompatibilityRule> rules,
    Func<Result<DeviceDescription>> describe) : IMigrationCompatibility
{
    /// <summary>Alternatives beyond this many are not listed.</summary>
    private const int MaxAlternatives = 64;

    private volatile Snapshot? snapshot;

    /// <summary>The answer when no rule objects.</summary>
    public Verdict Accepted { get; init; } = Verdict.Compatible("rules", $"{vendor}: all rules agree");

    /// <summary>True when only the very same string is accepted, however well another spelling of it can be read (sysfs_streq).</summary>
    public bool IsExact { get; init; }

    /// <summary>Why <c>describe</c> fails, when it does.</summary>
    public string UnsupportedReason { get; init; } = "this device does not support migration";

    public IReadOnlyList<CompatibilityRule> Rules => rules;

    /// <summary>The kinds of rules, and what they list: a rule that lists something else is another policy.</summary>
    public string? Policy => Current(out _)?.Policy;

    public Result<DeviceDescription> Describe() => describe();

    public Result<string> GetVersion() => Current(out Errno error) is { } now ? now.Text : error;

    public Verdict Judge(ReadOnlySpan<byte> remote)
    {
        if (Current(out Errno error) is not { } now)
        {
            return RefuseUnsupported(error);
        }

        if (SysfsText.Equal(remote, now.Bytes))
        {
            return now.OfItself;
        }

        // The same query is often repeated, and its answer never changes.
        Answer? last = now.LastAnswer;
        if (last is not null && remote.SequenceEqual(last.Remote))
        {
            return last.Verdict;
        }

        last = new Answer(remote.ToArray(), Explain(SysfsText.TrimNewline(remote), now));
        now.LastAnswer = last;
        return last.Verdict;
    }

    public Verdict Judge(DeviceDescription source) =>
        Current(out Errno error) is { } now ? Judge(source, now) : RefuseUnsupported(error);

    public IReadOnlyList<DeviceDescription> GetAlternatives() => Current(out _)?.Alternatives ?? [];

    public string Spell(DeviceDescription description) => form.Write(description);

    private Verdict Explain(ReadOnlySpan<byte> remote, Snapshot now)
    {
        if (form.Read(remote, now.Description) is not { } source)
        {
            return Refuse("format", $"not {form.Expectation}", now);
        }

        Verdict verdict = Judge(source, now);
        return verdict.IsAccepted && IsExact
            ? Refuse("format", "the string is not in the canonical form of this driver", now)
            : verdict;
    }

    private Verdict Judge(DeviceDescription source, Snapshot now)
    {
        if (source.Vendor != vendor)
        {
            return Refuse("vendor", $"the source is a device of {source.Vendor}, not of {vendor}", now);
        }

        foreach (CompatibilityRule rule in rules)
        {
            if (rule.FindObjection(source, now.Description) is { } objection)
            {
                return Refuse(rule.Name, objection, now);
            }
        }

        return Accepted;
    }

    private Verdict Refuse(string rule, string reason, Snapshot now) =>
        Verdict.Incompatible(Errno.EINVAL, rule, $"{vendor}: {reason}") with { Alternatives = now.Spellings, LocalVersion = now.Text };

    private Verdict RefuseUnsupported(Errno error) =>
        Verdict.Incompatible(error, "unsupported", $"{vendor}: {UnsupportedReason}") with { LocalVersion = error };

    /// <summary>What is derived from the description, made again only when that is another object.</summary>
    private Snapshot? Current(out Errno error)
    {
        if (!describe().TryGet(out DeviceDescription description, out error))
        {
            return null;
        }

        Snapshot? now = snapshot;
        if (now?.Description != description)
        {
            now = new Snapshot(this, description);
            snapshot = now;
        }

        return now;
    }

    private string NamePolicy(IReadOnlyList<DeviceDescription> alternatives) =>
        $"{vendor};{IsExact};{Accepted.Kind};{string.Join(';', rules.Select(static rule => $"{rule.GetType().Name}:{rule.Name}"))};"
        + string.Join(';', alternatives);

    private List<DeviceDescription> FindAlternatives(DeviceDescription target)
    {
        List<DeviceDescription> found = [target];
        Dictionary<string, DeviceDescription> simple = [];
        foreach (CompatibilityRule rule in rules)
        {
            IReadOnlyDictionary<string, string>[] choices = [.. rule.Alternatives(target)];
            found = [.. found.SelectMany(one => choices.Select(one.With)).Take(MaxAlternatives)];
            foreach (DeviceDescription one in choices.Select(target.With))
            {
                simple[one.ToString()] = one;
            }
        }

        if (found.Count < MaxAlternatives)
        {
            return found;
        }

        // Not all fit. What differs by one rule only stays, or whole values of a field would be missing from every list.
        HashSet<string> listed = [.. found.Select(static one => one.ToString())];
        DeviceDescription[] missing = [.. simple.Where(one => !listed.Contains(one.Key)).Select(static one => one.Value)];
        for (int i = found.Count - 1; i > 0 && found.Count + missing.Length > MaxAlternatives; i--)
        {
            if (!simple.ContainsKey(found[i].ToString()))
            {
                found.RemoveAt(i);
            }
        }

        return [.. found.Concat(missing).Take(MaxAlternatives)];
    }

    private sealed class Snapshot
    {
        private readonly Lazy<IReadOnlyList<DeviceDescription>> alternatives;
        private readonly Lazy<string> policy;

        internal Snapshot(RuleBasedCompatibility owner, DeviceDescription description)
        {
            Description = description;
            Text = owner.Spell(description);
            Bytes = Encoding.ASCII.GetBytes(Text);
            alternatives = new(() => owner.FindAlternatives(description));
            Spellings = new LazyAlternatives(() => owner.IsExact ? [Text] : [.. alternatives.Value.Select(owner.Spell).Distinct()]);
            policy = new(() => owner.NamePolicy(alternatives.Value));
            OfItself = owner.Judge(description, this);
        }

        internal DeviceDescription Description { get; }

        internal string Text { get; }

        internal byte[] Bytes { get; }

        /// <summary>The verdict about the device's own string.</summary>
        internal Verdict OfItself { get; }

        internal IReadOnlyList<DeviceDescription> Alternatives => alternatives.Value;

        internal IReadOnlyList<string> Spellings { get; }

        internal string Policy => policy.Value;

        internal Answer? LastAnswer { get; set; }
    }

    private sealed record Answer(byte[] Remote, Verdict Verdict);
}
