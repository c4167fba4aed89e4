using System.Text;

using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests.Kernfs;

/// <summary>Rows of the groups meta and xattr of errno-table.tsv.</summary>
public class KernfsInodeAttributesTests
{
    private const uint XATTR_CREATE = 1;
    private const uint XATTR_REPLACE = 2;

    private readonly ManualClock clock = new();
    private readonly KernfsRoot root;
    private readonly KernfsFile file;

    public KernfsInodeAttributesTests()
    {
        root = new KernfsRoot(clock);
        file = root.AddFile(root.Directory, SysfsAttribute<Kobject>.ReadOnly("name", (_, page) => SysfsText.Line(page, 1))).Value;
    }

    [Fact]
    public void Times_OfAnUntouchedFile_AreWhenItsDirectoryAppeared()
    {
        DateTimeOffset born = clock.Now;
        clock.Now += TimeSpan.FromHours(1);
        KernfsStat stat = root.Stat(file);

        Assert.Equal((born, born, born), (stat.Atime, stat.Mtime, stat.Ctime));
    }

    [Fact]
    public void Change_OfModeAndOwner_ShowsInStatAndMovesOnlyTheChangeTime()
    {
        DateTimeOffset born = clock.Now;
        clock.Now += TimeSpan.FromHours(1);

        root.Change(file, FileModes.Octal(666), 1000, null, null, null);

        KernfsStat stat = root.Stat(file);
        Assert.Equal((FileType.S_IFREG | FileModes.Octal(666), (uint?)1000, (uint?)null), (stat.Mode, stat.Uid, stat.Gid));
        Assert.Equal((born, born, clock.Now), (stat.Atime, stat.Mtime, stat.Ctime));
    }

    [Fact]
    public void Change_OfTimes_ShowsInStat()
    {
        DateTimeOffset then = clock.Now - TimeSpan.FromDays(1);

        root.Change(file, null, null, 7, then, then);

        KernfsStat stat = root.Stat(file);
        Assert.Equal((then, then, 7u, FileType.S_IFREG | FileModes.Octal(444)), (stat.Atime, stat.Mtime, stat.Gid, stat.Mode));
    }

    [Fact]
    public void Change_OfAnyKind_TellsTheObserver()
    {
        var observer = new RecordingObserver();
        root.Subscribe(observer);

        root.Change(file, FileModes.Octal(600), null, null, null, null);

        Assert.Equal(["changed name"], observer.Seen);
    }

    [Theory]
    [InlineData("user.x", Errno.EOPNOTSUPP, Errno.ENODATA)]
    [InlineData("system.x", Errno.EOPNOTSUPP, Errno.EOPNOTSUPP)]
    [InlineData("foo.x", Errno.EOPNOTSUPP, Errno.EOPNOTSUPP)]
    public void Xattr_OutsideTrustedAndSecurity_IsRefused(string name, Errno set, Errno get)
    {
        Assert.Equal(set, root.SetXattr(file, Bytes(name), "1"u8, 0));
        Assert.Equal(get, root.GetXattr(file, Bytes(name), default).Error);
        Assert.Equal(Errno.EOPNOTSUPP, root.RemoveXattr(file, Bytes(name)));
        Assert.Equal(0, root.ListXattrs(file, default).Value);
    }

    [Fact]
    public void Xattrs_ThatWereSet_AreListedInThatOrder()
    {
        Assert.Equal(Errno.None, root.SetXattr(file, "trusted.x"u8, "1"u8, 0));
        Assert.Equal(Errno.None, root.SetXattr(file, "security.x"u8, "22"u8, 0));
        byte[] names = new byte[64];

        Assert.Equal(21, root.ListXattrs(file, default).Value);
        Assert.Equal(21, root.ListXattrs(file, names).Value);
        Assert.Equal("trusted.x\0security.x\0", Encoding.ASCII.GetString(names, 0, 21));
        Assert.Equal(1, root.GetXattr(file, "trusted.x"u8, default).Value);
        Assert.Equal(2, root.GetXattr(file, "security.x"u8, default).Value);
    }

    [Fact]
    public void Xattr_IntoABufferTooSmall_IsERANGE()
    {
        root.SetXattr(file, "trusted.x"u8, "123"u8, 0);

        Assert.Equal(Errno.ERANGE, root.GetXattr(file, "trusted.x"u8, new byte[2]).Error);
        Assert.Equal(Errno.ERANGE, root.ListXattrs(file, new byte[9]).Error);
    }

    [Fact]
    public void Xattr_WithCreateAndReplace_MustBeAbsentOrPresent()
    {
        Assert.Equal(Errno.ENODATA, root.SetXattr(file, "trusted.x"u8, "1"u8, XATTR_REPLACE));
        Assert.Equal(Errno.None, root.SetXattr(file, "trusted.x"u8, "1"u8, XATTR_CREATE));
        Assert.Equal(Errno.EEXIST, root.SetXattr(file, "trusted.x"u8, "2"u8, XATTR_CREATE));
        Assert.Equal(Errno.None, root.SetXattr(file, "trusted.x"u8, "3"u8, XATTR_REPLACE));
        byte[] value = new byte[1];
        root.GetXattr(file, "trusted.x"u8, value);

        Assert.Equal((byte)'3', value[0]);
    }

    [Fact]
    public void Xattr_AfterItsRemoval_IsENODATA()
    {
        Assert.Equal(Errno.ENODATA, root.RemoveXattr(file, "trusted.x"u8));
        root.SetXattr(file, "trusted.x"u8, "1"u8, 0);

        Assert.Equal(Errno.None, root.RemoveXattr(file, "trusted.x"u8));
        Assert.Equal(Errno.ENODATA, root.GetXattr(file, "trusted.x"u8, default).Error);
        Assert.Equal(Errno.ENODATA, root.RemoveXattr(file, "trusted.x"u8));
    }

    [Fact]
    public void Xattrs_BeyondTheirLimitTogether_AreENOSPC()
    {
        byte[] half = new byte[(128 * 1024) - "trusted.a".Length];
        Assert.Equal(Errno.None, root.SetXattr(file, "trusted.a"u8, half, 0));
        Assert.Equal(Errno.None, root.SetXattr(file, "trusted.b"u8, half, 0));

        Assert.Equal(Errno.ENOSPC, root.SetXattr(file, "trusted.c"u8, default, 0));
        Assert.Equal(Errno.None, root.SetXattr(file, "trusted.b"u8, half, 0));
        Assert.Equal(Errno.ENOSPC, root.SetXattr(file, "trusted.b"u8, new byte[half.Length + 1], 0));
        Assert.Equal(half.Length, root.GetXattr(file, "trusted.b"u8, default).Value);
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
