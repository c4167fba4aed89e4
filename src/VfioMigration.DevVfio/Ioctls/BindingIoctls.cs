using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Ioctls.VfioIoctlRows;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>What ties a device to an iommufd (<c>device_cdev.c</c>). Attaching is ENOTTY on a device from a group.</summary>
internal static class BindingIoctls
{
    private const uint VFIO_DEVICE_BIND_FLAG_TOKEN = 1;
    private const uint VFIO_DEVICE_ATTACH_PASID = 1;
    private const uint VFIO_DEVICE_DETACH_PASID = 1;

    internal static VfioIoctl Bind => Structure<DeviceFile, VfioDeviceBindIommufd>(
        VfioFileKind.Device, VFIO_DEVICE_BIND_IOMMUFD, nameof(VFIO_DEVICE_BIND_IOMMUFD), 16, BindIommufd, mayBlock: true, reenters: true);

    internal static VfioIoctl Attach => OfCdev(Structure<DeviceFile, VfioDeviceAttachIommufdPt>(
        VfioFileKind.Device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, nameof(VFIO_DEVICE_ATTACH_IOMMUFD_PT), 12, AttachPt, mayBlock: true));

    internal static VfioIoctl Detach => OfCdev(Structure<DeviceFile, VfioDeviceDetachIommufdPt>(
        VfioFileKind.Device, VFIO_DEVICE_DETACH_IOMMUFD_PT, nameof(VFIO_DEVICE_DETACH_IOMMUFD_PT), 8, DetachPt, mayBlock: true));

    private static VfioIoctl OfCdev(VfioIoctl row) => row with
    {
        Run = (file, in call) => ((DeviceFile)file).IsCdev ? row.Run(file, call) : Errno.ENOTTY,
    };

    /// <summary>A token is for functions with virtual functions behind them, of which there are none here: EINVAL, as for one that is not needed.</summary>
    private static VfioIoctlAnswer BindIommufd(DeviceFile file, in VfioIoctlCall call, ref VfioDeviceBindIommufd bind)
    {
        const int OutDevidAt = 12;
        if ((bind.Flags & ~VFIO_DEVICE_BIND_FLAG_TOKEN) != 0 || bind.Flags == VFIO_DEVICE_BIND_FLAG_TOKEN || bind.Iommufd < 0 || !file.IsCdev)
        {
            return Errno.EINVAL;
        }

        return !call.Client.FindFile(bind.Iommufd).TryGet(out DevVfioFile? iommufd, out Errno error) ? error
            : file.Bind(iommufd, call.Client).TryGet(out uint id, out error) ? call.Put(OutDevidAt, id)
            : error;
    }

    private static VfioIoctlAnswer AttachPt(DeviceFile file, in VfioIoctlCall call, ref VfioDeviceAttachIommufdPt attach)
    {
        const int PtIdAt = 8;
        if (attach.Flags != 0)
        {
            return (attach.Flags & ~VFIO_DEVICE_ATTACH_PASID) != 0 ? Errno.EINVAL : Errno.EOPNOTSUPP;
        }

        if (!file.Attach(attach.PtId).TryGet(out uint id, out Errno error))
        {
            return error;
        }

        error = call.Put(PtIdAt, id);
        if (error != Errno.None)
        {
            file.Detach();
        }

        return error;
    }

    private static VfioIoctlAnswer DetachPt(DeviceFile file, in VfioIoctlCall call, ref VfioDeviceDetachIommufdPt detach)
    {
        if (detach.Flags != 0)
        {
            return (detach.Flags & ~VFIO_DEVICE_DETACH_PASID) != 0 ? Errno.EINVAL : Errno.EOPNOTSUPP;
        }

        file.Detach();
        return Errno.None;
    }
}
