using System.Runtime.InteropServices;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>A regular file: an attribute of the object that owns the directory.</summary>
public sealed class KernfsFile : KernfsNode
{
    internal KernfsFile(KernfsRoot root, KernfsAttribute attribute)
        : base(root, attribute)
    {
    }

    public KernfsAttribute Attribute => (KernfsAttribute)Identity;

    public override uint FileType => Uapi.FileType.S_IFREG;

    public override ulong Size => (ulong)Attribute.Size;

    /// <summary>A file with the same bytes that the kernel may use directly; null for nearly all, and after removal.</summary>
    public SafeHandle? BackingFile => Attribute is SysfsBinaryAttribute binary && !IsRemoved ? binary.BackingFile(Kobject) : null;

    internal override uint DefaultMode => Attribute.Mode;

    /// <summary>Counts sysfs_notify calls; an open file that has seen fewer is ready with POLLPRI.</summary>
    internal int Events => Details is { } details ? Volatile.Read(ref details.Events) : 0;

    internal Kobject Kobject => Parent!.Kobject!;

    internal void CountEvent() => Interlocked.Increment(ref MakeDetails().Events);
}
