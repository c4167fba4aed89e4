using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>interface_version</c> and <c>interface_version_compatible</c> (proposed August 2020, P9, not merged): the software version, and the versions whose
/// state it takes, as <see cref="VersionRanges"/>. Says nothing about anything but the software.
/// </summary>
public sealed class InterfaceVersionDialect() : DescriptionDialect("interface_version", "proposed August 2020 (Cornelia Huck, P9), not merged")
{
    internal const string Own = "interface_version";
    internal const string Compatible = "interface_version_compatible";

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target)
    {
        if (!source.Read(Own).TryGet(out string own) || !target.Read(Compatible).TryGet(out string ranges))
        {
            return null;
        }

        return SoftwareVersion.TryParse(own, out SoftwareVersion version) && VersionRanges.TryParse(ranges, out VersionRanges? accepted) && accepted.Contains(version)
            ? new DialectAnswer(VerdictKind.Plausible, $"{own} is in {ranges}; only the software was compared")
            : DialectAnswer.No($"{own} is not in {ranges}");
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [Own, Compatible];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) =>
        description[FieldNames.SoftwareVersion] is null
            ? []
            : [(Own, static (_, now) => now[FieldNames.SoftwareVersion] ?? ""), (Compatible, static (node, _) => Ranges(node))];

    private static Result<string> Ranges(CompatibilityNode node)
    {
        var versions = new List<SoftwareVersion>();
        foreach (string text in ValuesOf(node, Compatible, FieldNames.SoftwareVersion))
        {
            if (SoftwareVersion.TryParse(text, out SoftwareVersion version))
            {
                versions.Add(version);
            }
        }

        return VersionRanges.Of(versions);
    }
}
