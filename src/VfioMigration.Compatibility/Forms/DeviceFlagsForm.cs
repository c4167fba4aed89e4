using System.Globalization;

namespace VfioMigration.Compatibility.Forms;

/// <summary>
/// A version string that begins with 16 hexadecimal digits of <c>VFIO_DEVICE_FLAGS_*</c>, which say what bus the device is on, and 16 digits of an id of that bus (R22):
/// <c>0000000000000002-000000008086591d-</c>.
/// </summary>
/// <param name="Flags">PCI 1 &lt;&lt; 1, PLATFORM 1 &lt;&lt; 2, AMBA 1 &lt;&lt; 3, CCW 1 &lt;&lt; 4, AP 1 &lt;&lt; 5.</param>
/// <param name="BusId">Vendor and device id of a PCI function; other buses have others.</param>
/// <param name="Rest">What the vendor makes of the rest.</param>
public sealed record DeviceFlagsForm(ulong Flags, ulong BusId, string Rest)
{
    private const int Digits = 16;

    public static DeviceFlagsForm? Parse(string text) =>
        text.Length >= 2 * (Digits + 1)
        && text[Digits] == '-'
        && text[(2 * Digits) + 1] == '-'
        && TryHex(text.AsSpan(0, Digits), out ulong flags)
        && TryHex(text.AsSpan(Digits + 1, Digits), out ulong id)
            ? new DeviceFlagsForm(flags, id, text[(2 * (Digits + 1))..])
            : null;

    public override string ToString() => $"{Flags:x16}-{BusId:x16}-{Rest}";

    private static bool TryHex(ReadOnlySpan<char> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
