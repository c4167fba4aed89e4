namespace VfioMigration.Uapi.Vfio;

/// <summary>Bits of <c>device_state</c> in the v1 migration region (Linux 5.8 to 5.17).</summary>
[Flags]
public enum VfioDeviceStateV1 : uint
{
    VFIO_DEVICE_STATE_V1_STOP = 0,
    VFIO_DEVICE_STATE_V1_RUNNING = 1 << 0,
    VFIO_DEVICE_STATE_V1_SAVING = 1 << 1,
    VFIO_DEVICE_STATE_V1_RESUMING = 1 << 2,
    VFIO_DEVICE_STATE_MASK = VFIO_DEVICE_STATE_V1_RUNNING | VFIO_DEVICE_STATE_V1_SAVING | VFIO_DEVICE_STATE_V1_RESUMING,
}
