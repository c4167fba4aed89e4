using System.Runtime.InteropServices;

using VfioMigration.Fuse;
using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.SysfsMount;

/// <summary>
/// Backing ids of files that are open in passthrough. All openers of a file share one: the kernel refuses a second one for the same inode
/// (EBUSY).
/// </summary>
internal sealed class BackingTable(IFuseConnection connection)
{
    private readonly Lock gate = new();
    private readonly Dictionary<KernfsFile, (int Id, int Users)> ids = [];
    private readonly Dictionary<ulong, KernfsFile> users = [];

    /// <summary>The id for one more open file; 0 when it has to be served without, for lack of privilege or of a newer kernel.</summary>
    internal int Take(KernfsFile file, ulong handle, SafeHandle backing)
    {
        lock (gate)
        {
            if (!ids.TryGetValue(file, out (int Id, int Users) entry))
            {
                if (!connection.OpenBacking(backing).TryGet(out int id))
                {
                    return 0;
                }

                entry = (id, 0);
            }

            ids[file] = (entry.Id, entry.Users + 1);
            users[handle] = file;
            return entry.Id;
        }
    }

    /// <summary>The open file of that handle is closed.</summary>
    internal void Release(ulong handle)
    {
        lock (gate)
        {
            if (!users.Remove(handle, out KernfsFile? file))
            {
                return;
            }

            (int id, int count) = ids[file];
            if (count > 1)
            {
                ids[file] = (id, count - 1);
                return;
            }

            ids.Remove(file);
            connection.CloseBacking(id);
        }
    }
}
