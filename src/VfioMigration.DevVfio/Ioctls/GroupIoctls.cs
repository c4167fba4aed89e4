using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Ioctls.VfioIoctlRows;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>Of a group (vfio_group_fops_unl_ioctl).</summary>
internal static class GroupIoctls
{
    internal static IEnumerable<VfioIoctl> Rows =>
    [
        Structure<GroupFile, VfioGroupStatus>(
            VfioFileKind.Group,
            VFIO_GROUP_GET_STATUS,
            nameof(VFIO_GROUP_GET_STATUS),
            8,
            static (file, in _, ref status) => file.Group.GetStatus().TryGet(out status.Flags, out Errno error) ? 0 : error,
            writesBack: true),
        Plain<GroupFile>(VfioFileKind.Group, VFIO_GROUP_SET_CONTAINER, nameof(VFIO_GROUP_SET_CONTAINER), SetContainer, reenters: true),
        Plain<GroupFile>(VfioFileKind.Group, VFIO_GROUP_UNSET_CONTAINER, nameof(VFIO_GROUP_UNSET_CONTAINER), static (file, in _) => file.Group.UnsetContainer()),
        Plain<GroupFile>(VfioFileKind.Group, VFIO_GROUP_GET_DEVICE_FD, nameof(VFIO_GROUP_GET_DEVICE_FD), GetDeviceFd, mayBlock: true, returnsFile: true),
    ];

    private static VfioIoctlAnswer SetContainer(GroupFile file, in VfioIoctlCall call)
    {
        if (call.Get(0, out int descriptor) != Errno.None)
        {
            return Errno.EFAULT;
        }

        return call.Client.FindFile(descriptor).TryGet(out DevVfioFile? container, out Errno error) ? file.Group.SetContainer(container, call.Client) : error;
    }

    private static VfioIoctlAnswer GetDeviceFd(GroupFile file, in VfioIoctlCall call)
    {
        Span<byte> name = stackalloc byte[Page.Size];
        return !ClientString.Read(call.Client, call.Argument, name).TryGet(out int length, out Errno error) ? error
            : file.Group.OpenDevice(name[..length], call.Client).TryGet(out DevVfioFile device, out error) ? new VfioIoctlAnswer(0, device)
            : error;
    }
}
