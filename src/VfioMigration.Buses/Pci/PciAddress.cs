using System.Globalization;

namespace VfioMigration.Buses.Pci;

/// <summary>Where a PCI function sits: <c>DDDD:BB:DD.F</c>.</summary>
/// <param name="Domain">Segment.</param>
/// <param name="Bus">Bus number.</param>
/// <param name="Slot">Device number, 0..31.</param>
/// <param name="Function">Function number, 0..7.</param>
public readonly record struct PciAddress(ushort Domain, byte Bus, byte Slot, byte Function)
{
    public override string ToString() => $"{Domain:x4}:{Bus:x2}:{Slot:x2}.{Function}";

    /// <summary>True for exactly the form that <see cref="ToString"/> gives, digits of either case.</summary>
    public static bool TryParse(string text, out PciAddress address)
    {
        address = default;
        if (text.Length != 12 || text[4] != ':' || text[7] != ':' || text[10] != '.' || text.Contains('\0'))
        {
            return false;
        }

        const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
        if (!ushort.TryParse(text.AsSpan(0, 4), Hex, null, out ushort domain)
            || !byte.TryParse(text.AsSpan(5, 2), Hex, null, out byte bus)
            || !byte.TryParse(text.AsSpan(8, 2), Hex, null, out byte slot)
            || !byte.TryParse(text.AsSpan(11, 1), Hex, null, out byte function)
            || slot > 31
            || function > 7)
        {
            return false;
        }

        address = new PciAddress(domain, bus, slot, function);
        return true;
    }
}
