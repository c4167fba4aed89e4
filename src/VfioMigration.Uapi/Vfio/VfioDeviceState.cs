namespace VfioMigration.Uapi.Vfio;

/// <summary>
/// <c>enum vfio_device_mig_state</c> as merged in Linux 5.18. The same numbers mean other states in the v1 region and in the RFC of
/// January 2022: see <see cref="VfioDeviceStateV1"/> and <see cref="VfioDeviceStateRfc"/>.
/// </summary>
public enum VfioDeviceState : uint
{
    VFIO_DEVICE_STATE_ERROR = 0,
    VFIO_DEVICE_STATE_STOP = 1,
    VFIO_DEVICE_STATE_RUNNING = 2,
    VFIO_DEVICE_STATE_STOP_COPY = 3,
    VFIO_DEVICE_STATE_RESUMING = 4,
    VFIO_DEVICE_STATE_RUNNING_P2P = 5,
    VFIO_DEVICE_STATE_PRE_COPY = 6,
    VFIO_DEVICE_STATE_PRE_COPY_P2P = 7,
    VFIO_DEVICE_STATE_NR = 8,
}
