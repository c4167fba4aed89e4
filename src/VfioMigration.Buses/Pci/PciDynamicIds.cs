using System.Buffers;
using System.Globalization;

using VfioMigration.Uapi;

namespace VfioMigration.Buses.Pci;

/// <summary>
/// The ids that a user gave to a driver (<c>new_id</c>, <c>remove_id</c> of <c>drivers/pci/pci-driver.c</c>): up to seven hexadecimal numbers, vendor, device, subsystem vendor,
/// subsystem device, class, class mask and driver data, of which the first two are required.
/// </summary>
internal sealed class PciDynamicIds
{
    /// <summary>PCI_ANY_ID.</summary>
    private const uint AnyId = 0xFFFFFFFF;

    private const int MaxFields = 7;
    private const int RequiredFields = 2;

    /// <summary>More of them are refused; a kernel has its memory as the limit.</summary>
    private const int MaxIds = 4096;

    private const int DigitsOfNumber = 16;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>isspace of the kernel: a non-breaking space of Latin-1 is one.</summary>
    private static readonly byte[] Blanks = [.. " \t\n\v\f\r"u8, 0xA0];

    private readonly Lock gate = new();
    private readonly List<PciDeviceId> ids = [];

    internal bool Match(PciIds device)
    {
        lock (gate)
        {
            return ids.Any(id => id.Matches(device));
        }
    }

    /// <summary>
    /// EINVAL: fewer than two numbers, or driver data, which drivers here have none of besides 0. EEXIST: the driver claims such a function already, unless all seven
    /// numbers were given. ENOMEM: too many.
    /// </summary>
    /// <param name="text">As written.</param>
    /// <param name="claims">Whether an id of the driver's own table covers an id.</param>
    internal Errno Add(ReadOnlySpan<byte> text, Func<PciDeviceId, bool> claims)
    {
        ulong[] fields = Numbers(text);
        if (fields.Length < RequiredFields)
        {
            return Errno.EINVAL;
        }

        PciDeviceId id = Id(fields);
        lock (gate)
        {
            if (fields.Length < MaxFields && (claims(id) || ids.Any(known => Covers(known, id))))
            {
                return Errno.EEXIST;
            }

            if (fields.Length == MaxFields && fields[^1] != 0)
            {
                return Errno.EINVAL;
            }

            if (ids.Count >= MaxIds)
            {
                return Errno.ENOMEM;
            }

            ids.Add(id);
            return Errno.None;
        }
    }

    /// <summary>EINVAL: fewer than two numbers. ENODEV: no such id; those of the driver's own table cannot be removed.</summary>
    internal Errno Remove(ReadOnlySpan<byte> text)
    {
        ulong[] fields = Numbers(text);
        if (fields.Length < RequiredFields)
        {
            return Errno.EINVAL;
        }

        PciDeviceId wanted = Id(fields);
        lock (gate)
        {
            int at = ids.FindIndex(id => id.Vendor == wanted.Vendor && id.Device == wanted.Device
                && (wanted.SubsystemVendor is null || id.SubsystemVendor == wanted.SubsystemVendor)
                && (wanted.SubsystemDevice is null || id.SubsystemDevice == wanted.SubsystemDevice)
                && ((id.Class ^ wanted.Class) & wanted.ClassMask) == 0);
            if (at < 0)
            {
                return Errno.ENODEV;
            }

            ids.RemoveAt(at);
            return Errno.None;
        }
    }

    /// <summary>The kernel asks with a function of the new ids, of which those that were left out are PCI_ANY_ID like any other number.</summary>
    internal static bool Covers(PciDeviceId known, PciDeviceId id) =>
        known.Matches(id.Vendor ?? AnyId, id.Device ?? AnyId, id.SubsystemVendor ?? AnyId, id.SubsystemDevice ?? AnyId, id.Class);

    private static PciDeviceId Id(ulong[] fields)
    {
        return new PciDeviceId(IdAt(0), IdAt(1), IdAt(2), IdAt(3), NumberAt(4), NumberAt(5));

        uint? IdAt(int field) => field < fields.Length && (uint)fields[field] != AnyId ? (uint)fields[field] : null;
        uint NumberAt(int field) => field < fields.Length ? (uint)fields[field] : 0;
    }

    /// <summary>sscanf with %x: blanks before a number, an optional 0x, after which digits may be missing, digits; the first thing that is none ends it all.</summary>
    private static ulong[] Numbers(ReadOnlySpan<byte> text)
    {
        var found = new List<ulong>(MaxFields);
        while (found.Count < MaxFields)
        {
            text = text.TrimStart(Blanks);
            bool hasPrefix = text.Length > 1 && text[0] == '0' && (text[1] | 0x20) == 'x';
            text = hasPrefix ? text[2..] : text;
            int end = text.IndexOfAnyExcept(HexDigits);
            ReadOnlySpan<byte> digits = end < 0 ? text : text[..end];
            if (digits.IsEmpty && !hasPrefix)
            {
                break;
            }

            // What does not fit is lost from the front.
            ReadOnlySpan<byte> kept = digits[^Math.Min(digits.Length, DigitsOfNumber)..];
            found.Add(kept.IsEmpty ? 0 : ulong.Parse(kept, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            text = text[digits.Length..];
        }

        return [.. found];
    }
}
