using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

using static VfioMigration.DevVfio.Ioctls.VfioIoctlRows;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>Of the state of a device in a migration.</summary>
internal static class MigrationDataIoctls
{
    internal static IEnumerable<VfioIoctl> Rows =>
    [
        Plain<MigrationDataFile>(VfioFileKind.MigrationData, VFIO_MIG_GET_PRECOPY_INFO, nameof(VFIO_MIG_GET_PRECOPY_INFO), GetPrecopyInfo, mayBlock: true),
    ];

    /// <summary>The flags are written back as they came, unless the user opted in to REINIT.</summary>
    private static VfioIoctlAnswer GetPrecopyInfo(MigrationDataFile file, in VfioIoctlCall call)
    {
        if (!file.Session.IsSaving)
        {
            return Errno.ENOTTY;
        }

        if (call.Get(0, out VfioPrecopyInfo info) != Errno.None)
        {
            return Errno.EFAULT;
        }

        Errno error = file.Session.GetPrecopyInfo(ref info);
        return error == Errno.None ? call.Put(0, info) : error;
    }
}
