using System.Text;

using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>States by the short names of the measured tables.</summary>
internal static class States
{
    internal const VfioDeviceState ERROR = VfioDeviceState.VFIO_DEVICE_STATE_ERROR;
    internal const VfioDeviceState STOP = VfioDeviceState.VFIO_DEVICE_STATE_STOP;
    internal const VfioDeviceState RUNNING = VfioDeviceState.VFIO_DEVICE_STATE_RUNNING;
    internal const VfioDeviceState STOP_COPY = VfioDeviceState.VFIO_DEVICE_STATE_STOP_COPY;
    internal const VfioDeviceState RESUMING = VfioDeviceState.VFIO_DEVICE_STATE_RESUMING;
    internal const VfioDeviceState RUNNING_P2P = VfioDeviceState.VFIO_DEVICE_STATE_RUNNING_P2P;
    internal const VfioDeviceState PRE_COPY = VfioDeviceState.VFIO_DEVICE_STATE_PRE_COPY;
    internal const VfioDeviceState PRE_COPY_P2P = VfioDeviceState.VFIO_DEVICE_STATE_PRE_COPY_P2P;

    internal static IReadOnlyList<VfioDeviceState> All { get; } =
        [ERROR, STOP, RUNNING, STOP_COPY, RESUMING, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P];

    internal static VfioDeviceState Parse(string name) => DeviceStateNames.Parse(Encoding.ASCII.GetBytes(name)).Value;
}
