namespace VfioMigration.Uapi;

/// <summary>open(2) flags of the generic Linux ABI (<c>include/uapi/asm-generic/fcntl.h</c>).</summary>
[Flags]
public enum OpenFlags : uint
{
    O_RDONLY = 0,
    O_WRONLY = 1,
    O_RDWR = 2,
    O_ACCMODE = 3,
    O_CREAT = 0x40,
    O_EXCL = 0x80,
    O_TRUNC = 0x200,
    O_APPEND = 0x400,
    O_NONBLOCK = 0x800,
    O_DIRECT = 0x4000,
    O_DIRECTORY = 0x10000,
    O_CLOEXEC = 0x80000,
    O_PATH = 0x200000,
}
