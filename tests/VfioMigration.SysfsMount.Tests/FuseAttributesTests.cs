using FsCheck.Fluent;

using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount.Tests;

public sealed class FuseAttributesTests
{
    [Fact]
    public void Stat_IsCopiedAndBlocksAreNeverUsed()
    {
        var attributes = default(FuseAttr);
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddSeconds(5).AddTicks(3);

        FuseAttributes.Fill(new KernfsStat(1, 0x81A4, 2, 4096, 3, 4, time, time.AddSeconds(1), time.AddSeconds(2)), new MountOwner(5, 6), ref attributes);

        Assert.Equal(
            new FuseAttr
            {
                Ino = 1,
                Mode = 0x81A4,
                Nlink = 2,
                Size = 4096,
                Uid = 3,
                Gid = 4,
                Blksize = 4096,
                Atime = 5,
                Mtime = 6,
                Ctime = 7,
                AtimeNsec = 300,
                MtimeNsec = 300,
                CtimeNsec = 300,
            },
            attributes);
    }

    [Fact]
    public void FileThatWasNeverGivenAway_IsTheMounters()
    {
        var attributes = default(FuseAttr);

        FuseAttributes.Fill(new KernfsStat(1, 0, 1, 0, null, 0, default, default, default), new MountOwner(5, 6), ref attributes);

        Assert.Equal((5u, 0u), (attributes.Uid, attributes.Gid));
    }

    [Fact]
    public void Time_ComesBackAsItWasGiven() => Quietly.Check(
        Gen.Choose(int.MinValue, int.MaxValue).Zip(Gen.Choose(0, 9_999_999)),
        parts =>
        {
            DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(parts.Item1).AddTicks(parts.Item2);
            var attributes = default(FuseAttr);

            FuseAttributes.Fill(new KernfsStat(1, 0, 1, 0, 0, 0, time, time, time), MountOwner.Root, ref attributes);

            Assert.Equal(time, FuseAttributes.ToTime(attributes.Mtime, attributes.MtimeNsec));
        });

    [Theory]
    [InlineData(ulong.MaxValue, uint.MaxValue)]
    [InlineData(0x7FFFFFFFFFFFFFFFul, uint.MaxValue)]
    [InlineData(0x8000000000000000ul, 0u)]
    public void TimeOutOfRange_IsBounded(ulong seconds, uint nanoseconds) =>
        Assert.InRange(FuseAttributes.ToTime(seconds, nanoseconds), DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
}
