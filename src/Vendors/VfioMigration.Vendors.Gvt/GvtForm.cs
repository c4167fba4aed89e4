using System.Globalization;
using System.Text;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// <c>vvvv-dddd-TYPE-ssssssss</c> of the i915 patches (vendor id, device id, short type name, software version in hexadecimal), with
/// <c>,aggregate=N</c> behind it for a device of several instances.
/// </summary>
internal sealed class GvtForm : IVersionForm
{
    private const int MaxTypeLength = 16;

    /// <summary>Four parts, the dashes between them, and an aggregate of ten digits.</summary>
    private const int MaxStringLength = 4 + 4 + MaxTypeLength + 8 + 3 + 21;
    private const string Aggregate = ",aggregate=";

    public string Expectation => "a string of the form VENDOR-DEVICE-TYPE-VERSION";

    /// <summary>The number of the patches as the minor of a version whose major is the form of the string.</summary>
    internal static string VersionOf(uint software) => $"1.{software}";

    public string Write(DeviceDescription description)
    {
        uint software = uint.Parse(description[FieldNames.SoftwareVersion]!.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture);
        string instances = description[FieldNames.Aggregator]!;
        return $"{description[FieldNames.PciId]}-{description[FieldNames.MdevType]}-{software:x8}{(instances == "1" ? "" : Aggregate + instances)}";
    }

    public DeviceDescription? Read(ReadOnlySpan<byte> text, DeviceDescription like)
    {
        if (text.Length > MaxStringLength)
        {
            return null;
        }

        string whole = SysfsText.Printable(text);
        string[] sides = whole.Split(Aggregate);
        string[] parts = sides[0].Split('-');
        string instances = sides.Length == 2 ? sides[1] : "1";
        if (sides.Length > 2
            || !int.TryParse(instances, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || parts.Length != 4
            || !TryHex(parts[0], 4, out uint vendor)
            || !TryHex(parts[1], 4, out uint device)
            || parts[2].Length is 0 or > MaxTypeLength
            || !TryHex(parts[3], 8, out uint software))
        {
            return null;
        }

        DeviceDescription described = like.With(new Dictionary<string, string>
        {
            [FieldNames.PciId] = $"{vendor:x4}-{device:x4}",
            [FieldNames.MdevType] = parts[2],
            [FieldNames.SoftwareVersion] = VersionOf(software),
            [FieldNames.Aggregator] = $"{count}",
        });

        // Capitals, leading zeros and an aggregate of one are none of this driver's spellings.
        return Encoding.Latin1.GetBytes(Write(described)).AsSpan().SequenceEqual(text) ? described : null;
    }

    private static bool TryHex(string text, int digits, out uint number)
    {
        number = 0;
        return text.Length == digits && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }
}
