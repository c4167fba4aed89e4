using System.Runtime.InteropServices;

using VfioMigration.Uapi;

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

    /// <summary>A text file of debugfs has none (seq_file).</summary>
    public override ulong Size => Attribute is SysfsBinaryAttribute || Parent?.Kobject is not { IsDebugfs: true } ? (ulong)Attribute.Size : 0;

    /// <summary>A file with the same bytes that the kernel may use directly; null for nearly all, and after removal.</summary>
    public SafeHandle? BackingFile => Attribute is SysfsBinaryAttribute binary && !IsRemoved ? binary.BackingFile(Kobject) : null;

    internal override uint DefaultMode => Attribute.Mode & (Parent?.Kobject?.ModeMask ?? FileModes.Octal(777));

    /// <summary>Counts sysfs_notify calls; an open file that has seen fewer is ready with POLLPRI.</summary>
    internal int Events => Details is { } details ? Volatile.Read(ref details.Events) : 0;

    internal Kobject Kobject => Parent!.Kobject!;

    internal void CountEvent() => Interlocked.Increment(ref MakeDetails().Events);
}
