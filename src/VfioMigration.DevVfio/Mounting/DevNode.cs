using VfioMigration.DevVfio.Clients;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Mounting;

/// <summary>
/// A file of the mount as one mount shows it: who owns it and may open it, as management software has set it. A node of a device, the folder <c>devices</c>, the root, or a file that was opened for a client
/// and is waiting for its descriptor.
/// </summary>
internal sealed class DevNode(ulong id, string name, Device? device, uint type, uint mode, DevVfioFile? file = null)
{
    private DevVfioFile? waiting = file;

    internal ulong Id => id;

    internal string Name => name;

    /// <summary>What it is the node of; null for folders and for files without a name.</summary>
    internal Device? Device => device;

    internal bool IsFolder => type == FileType.S_IFDIR;

    /// <summary>S_IFMT and permissions.</summary>
    internal uint Mode { get; set; } = type | mode;

    internal uint Uid { get; set; }

    internal uint Gid { get; set; }

    /// <summary>The file that opening it gives out, for a file without a name; null when it was taken, and for other nodes.</summary>
    internal DevVfioFile? TakeWaiting() => Interlocked.Exchange(ref waiting, null);

    /// <summary>Lookups that the kernel has not taken back.</summary>
    internal ulong Lookups { get; set; }

    /// <summary>Removed by its user: it is not shown any more, and comes back with the device only.</summary>
    internal bool IsUnlinked { get; set; }

    internal long Created { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
