using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>The character device through which the kernel sends FUSE requests.</summary>
public static class DevFuse
{
    public const string Path = "/dev/fuse";

    /// <summary>Opens an unconnected FUSE device; mounting connects it.</summary>
    public static Result<FileDescriptor> Open() => FileDescriptor.Open(Path, OpenFlags.O_RDWR);
}
