using System.Globalization;
using System.Text;

using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// The rules of the i915 patches of the v5 series. String: <c>vvvv-dddd-TYPE-ssssssss</c> (vendor id, device id, short type name,
/// software version). Accepted is the same string, one trailing newline tolerated; a mismatch is EINVAL and explained in the order
/// format, hardware, software version, type. Without a software version everything is ENODEV. The relaxed policy also accepts other
/// functions of the generation and older software.
/// </summary>
internal sealed class GvtCompatibility : IMigrationCompatibility
{
    private static readonly Verdict Same = Verdict.Compatible("strict-equality");
    private static readonly Verdict Close = Verdict.Compatible("relaxed-policy", "same generation, same type, software not newer");

    private const int LongestType = 16;

    /// <summary>Three numbers, a type and the dashes between them.</summary>
    private const int LongestString = 4 + 4 + LongestType + 8 + 3;

    private readonly PciIds ids;
    private readonly string typeName;
    private readonly uint? software;
    private readonly bool relaxed;
    private readonly string version;
    private readonly byte[] bytes;
    private volatile Answer? lastAnswer;

    internal GvtCompatibility(PciIds ids, GvtType type, uint? software, bool relaxed)
    {
        this.ids = ids;
        typeName = type.SysfsName;
        this.software = software;
        this.relaxed = relaxed;
        version = $"{ids.Vendor:x4}-{ids.Device:x4}-{typeName}-{software ?? 0:x8}";
        bytes = Encoding.ASCII.GetBytes(version);
    }

    public Result<string> GetVersion() => software is null ? Errno.ENODEV : version;

    public Verdict Judge(ReadOnlySpan<byte> remote)
    {
        if (software is null)
        {
            return Verdict.Incompatible(Errno.ENODEV, "unsupported", "i915: this driver has no migration software version");
        }

        if (SysfsText.Equal(remote, bytes))
        {
            return Same;
        }

        // The same question is often asked again and again, and its answer never changes.
        Answer? last = lastAnswer;
        if (last is not null && remote.SequenceEqual(last.Remote))
        {
            return last.Verdict;
        }

        last = new Answer(remote.ToArray(), Explain(remote, software.Value));
        lastAnswer = last;
        return last.Verdict;
    }

    private Verdict Explain(ReadOnlySpan<byte> remote, uint local)
    {
        if (!TryParse(SysfsText.TrimNewline(remote), out Parsed source))
        {
            return Refuse("format", "the string is not of the form VENDOR-DEVICE-TYPE-VERSION");
        }

        bool hardware = relaxed
            ? source.Vendor == ids.Vendor && GvtGraphics.Generation9.Contains(source.Device)
            : source.Vendor == ids.Vendor && source.Device == ids.Device;
        bool newer = relaxed ? source.Software > local : source.Software != local;
        return !hardware ? Refuse("hardware", $"graphics hardware {source.Vendor:x4}:{source.Device:x4} does not match {ids}")
            : newer ? Refuse("software-version", $"software version {source.Software:x8} does not match {local:x8}")
            : source.Type != typeName ? Refuse("vgpu-type", $"vGPU type {source.Type} does not match {typeName}")
            : relaxed ? Close
            : Refuse("format", "the string is not spelled as this driver spells it");
    }

    private static Verdict Refuse(string rule, string reason) => Verdict.Incompatible(Errno.EINVAL, rule, $"i915: {reason}");

    private static bool TryParse(ReadOnlySpan<byte> remote, out Parsed parsed)
    {
        parsed = default;
        Span<Range> parts = stackalloc Range[5];
        Span<char> buffer = stackalloc char[LongestString];
        if (remote.Length > LongestString || remote.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return false;
        }

        ReadOnlySpan<char> text = buffer[..Encoding.ASCII.GetChars(remote, buffer)];
        if (text.Split(parts, '-') != 4
            || !TryHex(text[parts[0]], 4, out uint vendor)
            || !TryHex(text[parts[1]], 4, out uint device)
            || text[parts[2]].Length is 0 or > LongestType
            || !TryHex(text[parts[3]], 8, out uint software))
        {
            return false;
        }

        parsed = new Parsed((ushort)vendor, (ushort)device, text[parts[2]].ToString(), software);
        return true;
    }

    private static bool TryHex(ReadOnlySpan<char> text, int digits, out uint number)
    {
        number = 0;
        return text.Length == digits && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    private sealed record Answer(byte[] Remote, Verdict Verdict);

    private readonly record struct Parsed(ushort Vendor, ushort Device, string Type, uint Software);
}
