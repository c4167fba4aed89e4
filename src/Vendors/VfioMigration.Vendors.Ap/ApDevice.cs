using VfioMigration.Sysfs;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Ap;

/// <summary>A matrix for one guest: no regions, no interrupts (<c>drivers/s390/crypto/vfio_ap_ops.c</c>). It cannot be migrated.</summary>
internal sealed class ApDevice(Device device) : VfioDevice(device, VfioDeviceFlags.VFIO_DEVICE_FLAGS_AP | VfioDeviceFlags.VFIO_DEVICE_FLAGS_RESET)
{
    private volatile ApMatrix matrix = ApMatrix.Empty;

    /// <summary>Written by <see cref="ApMatrices"/> only.</summary>
    internal ApMatrix Matrix
    {
        get => matrix;
        set => matrix = value;
    }
}
