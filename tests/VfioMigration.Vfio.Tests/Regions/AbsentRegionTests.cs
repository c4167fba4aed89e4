using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Regions;

/// <summary>NOTES.md, 31.</summary>
public class AbsentRegionTests
{
    private const VfioRegionFlags Both = VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE;

    private readonly AbsentRegion region = new(Both, Errno.EFAULT);

    [Fact]
    public void Region_ClaimsWhatItsDriverDoesAndHasNothing() => Assert.Equal((0ul, Both), (region.Size, region.Flags));

    [Fact]
    public void Region_OfVfioPci_ClaimsNothing() => Assert.Equal((VfioRegionFlags.None, Errno.EINVAL), (new AbsentRegion().Flags, new AbsentRegion().Read(0, new byte[1])));

    [Fact]
    public void Access_IsTheErrnoOfItsDriver() => Assert.Equal((Errno.EFAULT, Errno.EFAULT), (region.Read(0, new byte[1]), region.Write(0, [1])));

    [Fact]
    public void Map_IsEINVAL() => Assert.Equal(Errno.EINVAL, region.Map(0, 4096).Error);
}
