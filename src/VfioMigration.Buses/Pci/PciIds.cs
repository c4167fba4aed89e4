using System.Globalization;

namespace VfioMigration.Buses.Pci;

/// <summary>What identifies a PCI function.</summary>
/// <param name="Vendor">Vendor id.</param>
/// <param name="Device">Device id.</param>
/// <param name="SubsystemVendor">Subsystem vendor id.</param>
/// <param name="SubsystemDevice">Subsystem id.</param>
/// <param name="Class">Class code, 24 bits: base class, subclass, programming interface.</param>
/// <param name="Revision">Revision id.</param>
public sealed record PciIds(
    ushort Vendor,
    ushort Device,
    ushort SubsystemVendor,
    ushort SubsystemDevice,
    uint Class,
    byte Revision)
{
    /// <summary><c>vvvv-dddd</c> in lower case: the field <c>pci_id</c> of descriptions, and what follows <c>vfio-pci:</c> in an alias.</summary>
    public string DashedId => $"{Vendor:x4}-{Device:x4}";

    /// <summary><c>vvvv:dddd</c> in lower case.</summary>
    public override string ToString() => $"{Vendor:x4}:{Device:x4}";

    /// <summary>Reads <c>vvvv:dddd</c>, digits of either case.</summary>
    public static bool TryParseId(string text, out ushort vendor, out ushort device)
    {
        vendor = device = 0;
        return text.Length == 9
            && text[4] == ':'
            && !text.Contains('\0')
            && ushort.TryParse(text.AsSpan(0, 4), NumberStyles.AllowHexSpecifier, null, out vendor)
            && ushort.TryParse(text.AsSpan(5, 4), NumberStyles.AllowHexSpecifier, null, out device);
    }
}
