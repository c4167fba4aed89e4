using System.Security.Cryptography;
using System.Text;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// A type or device whose driver answers for it. All dialects query it: invalid answers of a driver are caught, refusals are reported, and
/// both are the same for every interface.
/// </summary>
public sealed class CompatibilityNode
{
    private const int MaxErrors = 10;
    private const int MaxRecordedInput = 256;

    private readonly GuardedCompatibility compatibility;
    private string[] errors = [];

    /// <param name="node">Whose directory gets the files.</param>
    /// <param name="kind">What that is.</param>
    /// <param name="reporter">The device that is named in the kernel log.</param>
    /// <param name="typeName">The directory of its mdev type, or the alias <c>vfio-pci:vvvv-dddd</c> of a physical function (R24).</param>
    /// <param name="compatibility">Answers for the node.</param>
    public CompatibilityNode(Kobject node, NodeKind kind, Device reporter, string typeName, IMigrationCompatibility compatibility)
    {
        Node = node;
        Kind = kind;
        Reporter = reporter;
        TypeName = typeName;
        Guard = node.DriverGuard ?? new VendorGuard(node.Tree.Root.VendorCalls, text => reporter.Log(LogLevels.Error, text));
        this.compatibility = new GuardedCompatibility(compatibility, Guard);
    }

    public Kobject Node { get; }

    /// <summary>The way into the driver that answers.</summary>
    public VendorGuard Guard { get; }

    public NodeKind Kind { get; }

    public Device Reporter { get; }

    public string TypeName { get; }

    /// <summary>True when a dialect shows <see cref="Errors"/>.</summary>
    public bool RecordsErrors { get; set; }

    /// <summary>Refusals so far, the last ten, oldest first: <c>input: reason</c>.</summary>
    public IReadOnlyList<string> Errors => Volatile.Read(ref errors);

    /// <summary>
    /// The driver's string. Its errno; EIO, with a line in the kernel log, when the driver throws or its string breaks the rules of
    /// <see cref="MigrationVersionString"/>.
    /// </summary>
    /// <param name="attribute">The attribute that was written, for the log.</param>
    public Result<string> GetVersion(string attribute) => Check(attribute, compatibility.GetVersion());

    /// <summary>As <see cref="GetVersion"/>, for the fields.</summary>
    public Result<DeviceDescription> Describe() => compatibility.Describe();

    /// <summary>What the driver would accept; nothing when it fails.</summary>
    public IReadOnlyList<DeviceDescription> Alternatives() => compatibility.GetAlternatives();

    /// <summary>The share of a description, for a driver that compares shares; null otherwise.</summary>
    public (string Base, int Slices)? FindShare(DeviceDescription description) =>
        compatibility.GetRules().OfType<ShareRule>().FirstOrDefault() is { } rule ? compatibility.FindShare(rule, description) : null;

    /// <summary>Names the driver's rules in a few characters; null when the driver gives no such guarantee.</summary>
    public string? PolicyDigest() =>
        compatibility.GetPolicy() is { } policy ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(policy)).AsSpan(0, 8)) : null;

    /// <summary>The version string of an alternative; null when the driver fails.</summary>
    public string? Spell(DeviceDescription description) => compatibility.Spell(description);

    /// <summary>The version strings that a verdict names.</summary>
    public IReadOnlyList<string> AlternativesOf(Verdict verdict) => compatibility.AlternativesOf(verdict);

    /// <summary>
    /// The verdict; a refusal is in the kernel log with its reason, its rule and both strings (R10). A driver that fails refuses with EIO, one that is too slow with ETIMEDOUT.
    /// </summary>
    public Verdict Judge(string attribute, ReadOnlySpan<byte> remote)
    {
        Verdict verdict = compatibility.Judge(remote);
        if (!verdict.IsAccepted)
        {
            // A driver may make a verdict without the methods that see to it; no errno would be success to the writer.
            Errno sent = verdict.Errno.Clamp();
            verdict = sent == verdict.Errno ? verdict : verdict with { Errno = sent };
            Report(attribute, verdict, SysfsText.TrimNewline(remote).ToArray());
        }

        return verdict;
    }

    /// <summary>
    /// A refusal. Programs may cause many in a row, so the text is formatted when it is read; until then only texts are kept,
    /// nothing of the driver.
    /// </summary>
    private void Report(string attribute, Verdict verdict, byte[] remote)
    {
        const int UsualLength = 256;
        (_, Errno errno, string reason, string rule) = verdict;
        string? type = Kind == NodeKind.Type ? Node.Name : null;
        Result<string> local = verdict.LocalVersion is { } carried ? Check(attribute, carried) : GetVersion(attribute);
        DriverErrnos names = Guard.Errnos;
        Reporter.Log(LogLevels.Error, UsualLength + remote.Length, () =>
            $"{Subject(type, attribute)}: refused with {names.NameOf(errno)}: {reason} [{rule}], "
            + $"local {(local.TryGet(out string version, out Errno error) ? $"\"{version}\"" : names.NameOf(error))}, "
            + $"remote \"{SysfsText.Printable(remote)}\"");
        if (RecordsErrors)
        {
            Record($"{SysfsText.Printable(remote.AsSpan(0, Math.Min(remote.Length, MaxRecordedInput)))}: {reason}");
        }
    }

    private void Record(string error)
    {
        string[] seen;
        do
        {
            seen = errors;
        }
        while (Interlocked.CompareExchange(ref errors, [.. seen.TakeLast(MaxErrors - 1), error], seen) != seen);
    }

    /// <summary>The driver's string, if it keeps to the rules of version strings; EIO, with a line in the kernel log, if not.</summary>
    private Result<string> Check(string attribute, Result<string> version)
    {
        if (!version.TryGet(out string text, out Errno error))
        {
            return error.Clamp();
        }

        if (MigrationVersionString.FindProblem(text) is not { } problem)
        {
            return text;
        }

        Report(LogLevels.Error, attribute, $"driver bug: {problem}");
        return Errno.EIO;
    }

    private void Report(int level, string attribute, string text) =>
        Reporter.Log(level, $"{Subject(Kind == NodeKind.Type ? Node.Name : null, attribute)}: {text}");

    /// <summary>A line starts with the device, and names the type when the node is one.</summary>
    private static string Subject(string? type, string attribute) => type is null ? attribute : $"{type}: {attribute}";
}
