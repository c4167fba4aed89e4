using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount;

/// <summary>The stat of a node as FUSE sends it: blocks of a page, none of them used, as sysfs shows.</summary>
internal static class FuseAttributes
{
    internal const uint BlockSize = Page.Size;

    internal static void Fill(in KernfsStat stat, MountOwner owner, ref FuseAttr attributes)
    {
        attributes.Ino = stat.Ino;
        attributes.Size = stat.Size;
        attributes.Mode = stat.Mode;
        attributes.Nlink = stat.Nlink;
        attributes.Uid = stat.Uid ?? owner.Uid;
        attributes.Gid = stat.Gid ?? owner.Gid;
        attributes.Blksize = BlockSize;
        (attributes.Atime, attributes.AtimeNsec) = Split(stat.Atime);
        (attributes.Mtime, attributes.MtimeNsec) = Split(stat.Mtime);
        (attributes.Ctime, attributes.CtimeNsec) = Split(stat.Ctime);
    }

    internal static DateTimeOffset ToTime(ulong seconds, uint nanoseconds)
    {
        long bounded = Math.Clamp((long)seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 1);
        return DateTimeOffset.FromUnixTimeSeconds(bounded).AddTicks(Math.Min(nanoseconds, 999_999_999) / 100);
    }

    private static (ulong Seconds, uint Nanoseconds) Split(DateTimeOffset time)
    {
        long seconds = time.ToUnixTimeSeconds();
        long ticks = time.UtcTicks - DateTimeOffset.FromUnixTimeSeconds(seconds).UtcTicks;
        return ((ulong)seconds, (uint)(ticks * 100));
    }
}
