using System.Text;

using VfioMigration.Buses.Css;
using VfioMigration.Compatibility;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Ccw;

/// <summary>
/// The rules of R44: <c>software_version=1.0.0,type=vfio-ccw,subchannel_type=0,chpid_type=0x1a,chpid_mask=0xf0</c>. Type, subchannel type
/// and channel path type must be equal, the software version follows semantic versioning, the mask counts only when configured. The
/// answer is never more than "plausible", because the device behind the subchannel is not visible here (R45).
/// </summary>
internal sealed class CcwCompatibility : IMigrationCompatibility
{
    private const string DeviceType = "vfio-ccw";
    private static readonly string[] FieldNames = ["software_version", "type", "subchannel_type", "chpid_type", "chpid_mask"];
    private static readonly Verdict Accepted =
        Verdict.Plausible("subchannel", "the subchannels match; the device behind them is not visible here");

    private readonly string[] local;
    private readonly SoftwareVersion software;
    private readonly bool checkMask;
    private readonly string version;
    private readonly byte[] bytes;

    internal CcwCompatibility(SubchannelDescription description, SoftwareVersion software, bool checkMask)
    {
        this.software = software;
        this.checkMask = checkMask;
        local =
        [
            software.ToString(), DeviceType, $"{description.Type}", $"0x{description.ChannelPathType:x2}", $"0x{description.PathMask:x2}",
        ];
        version = string.Join(',', FieldNames.Zip(local, (name, value) => $"{name}={value}"));
        bytes = Encoding.ASCII.GetBytes(version);
    }

    public Result<string> GetVersion() => version;

    public Verdict Judge(ReadOnlySpan<byte> remote)
    {
        if (SysfsText.Equal(remote, bytes))
        {
            return Accepted;
        }

        if (!TryParse(SysfsText.TrimNewline(remote), out string[] source) || !SoftwareVersion.TryParse(source[0], out SoftwareVersion theirs))
        {
            return Refuse("format", $"the string does not have the fields {string.Join(',', FieldNames)}");
        }

        for (int i = 1; i < FieldNames.Length; i++)
        {
            bool ignored = FieldNames[i] == "chpid_mask" && !checkMask;
            if (!ignored && source[i] != local[i])
            {
                return Refuse(FieldNames[i], $"{FieldNames[i]} {source[i]} does not match {local[i]}");
            }
        }

        return software.Accepts(theirs)
            ? Accepted
            : Refuse(FieldNames[0], $"software version {theirs} cannot be loaded by {software}");
    }

    private static Verdict Refuse(string rule, string reason) => Verdict.Incompatible(Errno.EINVAL, rule, $"vfio-ccw: {reason}");

    private static bool TryParse(ReadOnlySpan<byte> remote, out string[] values)
    {
        string[] fields = SysfsText.Printable(remote).Split(',');
        values = new string[FieldNames.Length];
        if (fields.Length != FieldNames.Length)
        {
            return false;
        }

        for (int i = 0; i < fields.Length; i++)
        {
            string prefix = FieldNames[i] + "=";
            if (!fields[i].StartsWith(prefix, StringComparison.Ordinal))
            {
                return false;
            }

            values[i] = fields[i][prefix.Length..];
        }

        return true;
    }
}
