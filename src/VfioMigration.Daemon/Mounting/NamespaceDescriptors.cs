using VfioMigration.Posix;

namespace VfioMigration.Daemon.Mounting;

/// <summary>What a process has mounted in a namespace of its own, and gives to who serves it. Disposing it closes all of them.</summary>
/// <param name="Sysfs">The FUSE device of the tree.</param>
/// <param name="Uevents">A NETLINK_KOBJECT_UEVENT socket of the network namespace that gets the host's uevents; null for none.</param>
/// <param name="DevVfio">The FUSE device of <c>/dev/vfio</c>; null for none.</param>
/// <param name="DevVfioRoot">Its root, opened with O_PATH; null without one.</param>
/// <param name="Trap">The supervisor's end of the filter that traps the ioctls which open files; null for none.</param>
public sealed record NamespaceDescriptors(
    FileDescriptor Sysfs, FileDescriptor? Uevents = null, FileDescriptor? DevVfio = null, FileDescriptor? DevVfioRoot = null, FileDescriptor? Trap = null) : IDisposable
{
    private const byte HasUevents = 1;
    private const byte HasDevVfio = 2;
    private const byte HasTrap = 4;

    /// <summary>Those that there are, in the order of the parameters.</summary>
    public IReadOnlyList<FileDescriptor> All => [.. new[] { Sysfs, Uevents, DevVfio, DevVfioRoot, Trap }.OfType<FileDescriptor>()];

    /// <summary>Which of them there are.</summary>
    public byte Kinds => (byte)((Uevents is null ? 0 : HasUevents) | (DevVfio is null ? 0 : HasDevVfio) | (Trap is null ? 0 : HasTrap));

    /// <summary>How many descriptors belong to <see cref="Kinds"/>.</summary>
    public static int CountOf(byte kinds) => 1 + ((kinds & HasUevents) != 0 ? 1 : 0) + ((kinds & HasDevVfio) != 0 ? 2 : 0) + ((kinds & HasTrap) != 0 ? 1 : 0);

    /// <summary>Null, and all are closed, when there are more or fewer than <see cref="CountOf"/> says.</summary>
    public static NamespaceDescriptors? Of(byte kinds, IReadOnlyList<FileDescriptor> all)
    {
        if (all.Count != CountOf(kinds))
        {
            foreach (FileDescriptor descriptor in all)
            {
                descriptor.Dispose();
            }

            return null;
        }

        int next = 1;
        return new NamespaceDescriptors(
            all[0],
            (kinds & HasUevents) != 0 ? all[next++] : null,
            (kinds & HasDevVfio) != 0 ? all[next++] : null,
            (kinds & HasDevVfio) != 0 ? all[next++] : null,
            (kinds & HasTrap) != 0 ? all[next] : null);
    }

    public void Dispose()
    {
        foreach (FileDescriptor descriptor in All)
        {
            descriptor.Dispose();
        }
    }
}
