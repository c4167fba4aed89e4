using System.Text;

using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Uapi;

namespace VfioMigration.Conformance.Tests;

/// <summary>A good judge, one part of which a test replaces with a bad one.</summary>
internal sealed class Judge : IMigrationCompatibility
{
    internal const string Own = "broken-1";

    internal Func<string> Version { get; init; } = static () => Own;

    internal Func<string, Verdict>? Answer { get; init; }

    internal DeviceDescription? Description { get; init; }

    internal IReadOnlyList<DeviceDescription> Listed { get; init; } = [];

    public Result<string> GetVersion() => Version();

    private Verdict Usual(string remote) => remote.TrimEnd('\n') == Version()
        ? Verdict.Compatible("same", "broken: the same")
        : Verdict.Incompatible(Errno.EINVAL, "other", "broken: another one");

    Verdict IMigrationCompatibility.Judge(ReadOnlySpan<byte> remote)
    {
        string text = Encoding.Latin1.GetString(remote);
        return Answer?.Invoke(text) ?? Usual(text);
    }

    public Result<DeviceDescription> Describe() => Description is null ? Errno.EOPNOTSUPP : Description;

    public IReadOnlyList<DeviceDescription> GetAlternatives() => Listed;

    public string Spell(DeviceDescription description) => description["name"]!;
}
