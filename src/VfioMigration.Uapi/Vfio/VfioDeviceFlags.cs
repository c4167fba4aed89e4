namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_DEVICE_FLAGS_*</c> of <c>struct vfio_device_info</c>.</summary>
[Flags]
public enum VfioDeviceFlags : uint
{
    None = 0,
    VFIO_DEVICE_FLAGS_RESET = 1 << 0,
    VFIO_DEVICE_FLAGS_PCI = 1 << 1,
    VFIO_DEVICE_FLAGS_CCW = 1 << 4,
    VFIO_DEVICE_FLAGS_AP = 1 << 5,
}
