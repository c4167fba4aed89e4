using System.Text;

using VfioMigration.Compatibility;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// String: <c>mtty-MAJOR.MINOR[.BUGFIX]-ports=N</c>. The state of a card with the same number of ports is accepted when the major is equal
/// and the source's minor is not newer.
/// </summary>
internal sealed class MttyCompatibility(MttyType type, SoftwareVersion software) : IMigrationCompatibility
{
    private const string Prefix = "mtty-";
    private const string PortsField = "-ports=";
    private static readonly Verdict Accepted = Verdict.Compatible("software-version");

    private readonly string version = $"{Prefix}{software}{PortsField}{type.Ports}";

    public Result<string> GetVersion() => version;

    public Verdict Judge(ReadOnlySpan<byte> remote)
    {
        if (!TryParse(SysfsText.TrimNewline(remote), out SoftwareVersion source, out int ports))
        {
            return Verdict.Incompatible(Errno.EINVAL, "format", "mtty: not a version string of an mtty device");
        }

        return ports != type.Ports
            ? Verdict.Incompatible(Errno.EINVAL, "ports", $"mtty: the source has {ports} ports, this device has {type.Ports}")
            : software.Accepts(source) ? Accepted
            : Verdict.Incompatible(Errno.EINVAL, "software-version", $"mtty: version {software} cannot load the state of version {source}");
    }

    private static bool TryParse(ReadOnlySpan<byte> remote, out SoftwareVersion source, out int ports)
    {
        source = default;
        ports = 0;
        string text = Encoding.Latin1.GetString(remote);
        int field = text.IndexOf(PortsField, StringComparison.Ordinal);
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && field >= Prefix.Length
            && SoftwareVersion.TryParse(text[Prefix.Length..field], out source)
            && int.TryParse(text.AsSpan(field + PortsField.Length), System.Globalization.NumberStyles.None, null, out ports);
    }
}
