using System.Globalization;

namespace VfioMigration.Compatibility.Forms;

/// <summary>A version string that begins with the PCI vendor id, four hexadecimal digits and a dash (R21): <c>8086-</c>.</summary>
/// <param name="VendorId">The vendor.</param>
/// <param name="Rest">What the vendor makes of the rest.</param>
public sealed record PciVendorForm(ushort VendorId, string Rest)
{
    private const int Digits = 4;

    public static PciVendorForm? Parse(string text) =>
        text.Length > Digits
        && text[Digits] == '-'
        && ushort.TryParse(text.AsSpan(0, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort vendor)
            ? new PciVendorForm(vendor, text[(Digits + 1)..])
            : null;

    public override string ToString() => $"{VendorId:x4}-{Rest}";
}
