using VfioMigration.Uapi;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Regions;

/// <summary>NOTES.md, 31.</summary>
public class AbsentRegionTests
{
    private readonly AbsentRegion region = new();

    [Fact]
    public void Region_ClaimsToBeReadableAndHasNothing() => Assert.Equal((0ul, 3u), (region.Size, (uint)region.Flags));

    [Fact]
    public void Access_IsEFAULT() => Assert.Equal((Errno.EFAULT, Errno.EFAULT), (region.Read(0, new byte[1]), region.Write(0, [1])));

    [Fact]
    public void Map_IsEINVAL() => Assert.Equal(Errno.EINVAL, region.Map(0, 4096).Error);
}
