namespace VfioMigration.Uapi;

/// <summary>The file type bits of <c>st_mode</c> (<c>include/uapi/linux/stat.h</c>).</summary>
public static class FileType
{
    public const uint S_IFMT = 0xF000;
    public const uint S_IFSOCK = 0xC000;
    public const uint S_IFREG = 0x8000;
    public const uint S_IFBLK = 0x6000;
    public const uint S_IFCHR = 0x2000;
    public const uint S_IFIFO = 0x1000;
    public const uint S_IFDIR = 0x4000;
    public const uint S_IFLNK = 0xA000;

    /// <summary>All twelve permission bits.</summary>
    public const uint S_IALLUGO = 0xFFF;
}
