using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Migration;

/// <summary>
/// States by name, as debugfs spells them. The same number is another state in v1, in the RFC and in the merged uAPI, so numbers are
/// never shown without the numbering they belong to.
/// </summary>
public static class DeviceStateNames
{
    private const string Prefix = "VFIO_DEVICE_STATE_";

    public static string Name(this VfioDeviceState state) =>
        state < VfioDeviceState.VFIO_DEVICE_STATE_NR ? state.ToString()[Prefix.Length..] : $"unknown (merged uAPI: {(uint)state})";

    /// <summary>Any of the eight names, with or without <c>VFIO_DEVICE_STATE_</c> before it; EINVAL otherwise, for numbers too.</summary>
    public static Result<VfioDeviceState> Parse(ReadOnlySpan<byte> name)
    {
        string text = Encoding.Latin1.GetString(name);
        text = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        for (VfioDeviceState state = 0; state < VfioDeviceState.VFIO_DEVICE_STATE_NR; state++)
        {
            if (state.Name() == text)
            {
                return state;
            }
        }

        return Errno.EINVAL;
    }

    /// <summary>The bits of a v1 state by name, such as <c>SAVING|RUNNING</c>.</summary>
    public static string Name(this VfioDeviceStateV1 state) => (uint)(state & VfioDeviceStateV1.VFIO_DEVICE_STATE_MASK) switch
    {
        0 => "STOP",
        1 => "RUNNING",
        2 => "SAVING",
        3 => "SAVING|RUNNING",
        4 => "RESUMING",
        5 => "RESUMING|RUNNING",
        6 => "RESUMING|SAVING",
        _ => "RESUMING|SAVING|RUNNING",
    };

    public static string Name(this VfioDeviceStateRfc state) =>
        state <= VfioDeviceStateRfc.RUNNING_P2P ? state.ToString() : $"unknown (RFC: {(uint)state})";
}
