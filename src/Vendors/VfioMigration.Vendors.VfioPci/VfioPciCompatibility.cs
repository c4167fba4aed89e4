using System.Globalization;
using System.Text;

using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.VfioPci;

/// <summary>
/// String: <c>vvvv-dddd-vfio-pci-MAJOR.MINOR</c>, beginning with the PCI vendor id (R21). Same ids, same major, the source's minor not
/// newer.
/// </summary>
internal sealed class VfioPciCompatibility(PciIds ids, SoftwareVersion software) : IMigrationCompatibility
{
    private const string Middle = "-vfio-pci-";
    private const int IdLength = 9;
    private static readonly Verdict Accepted = Verdict.Compatible("software-version");

    private readonly string version = $"{ids.Vendor:x4}-{ids.Device:x4}{Middle}{software}";

    public Result<string> GetVersion() => version;

    public Verdict Judge(ReadOnlySpan<byte> remote)
    {
        string text = Encoding.Latin1.GetString(SysfsText.TrimNewline(remote));
        if (text.Length <= IdLength + Middle.Length
            || text[4] != '-'
            || !IsHex(text.AsSpan(0, 4))
            || !IsHex(text.AsSpan(5, 4))
            || string.CompareOrdinal(text, IdLength, Middle, 0, Middle.Length) != 0
            || !SoftwareVersion.TryParse(text[(IdLength + Middle.Length)..], out SoftwareVersion source))
        {
            return Verdict.Incompatible(Errno.EINVAL, "format", "vfio-pci: not a version string of a function bound to vfio-pci");
        }

        return string.CompareOrdinal(text, 0, version, 0, IdLength) != 0
            ? Verdict.Incompatible(Errno.EINVAL, "vendor-device-id", $"vfio-pci: function {text[..IdLength]} does not match {version[..IdLength]}")
            : software.Accepts(source) ? Accepted
            : Verdict.Incompatible(Errno.EINVAL, "software-version", $"vfio-pci: version {software} cannot load the state of version {source}");
    }

    private static bool IsHex(ReadOnlySpan<char> text) => ushort.TryParse(text, NumberStyles.AllowHexSpecifier, null, out _);
}
