namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_DEVICE_IOEVENTFD_*</c>: the width in bytes.</summary>
[Flags]
public enum VfioIoeventfdFlags : uint
{
    None = 0,
    VFIO_DEVICE_IOEVENTFD_8 = 1 << 0,
    VFIO_DEVICE_IOEVENTFD_16 = 1 << 1,
    VFIO_DEVICE_IOEVENTFD_32 = 1 << 2,
    VFIO_DEVICE_IOEVENTFD_64 = 1 << 3,
    VFIO_DEVICE_IOEVENTFD_SIZE_MASK = 0xF,
}
