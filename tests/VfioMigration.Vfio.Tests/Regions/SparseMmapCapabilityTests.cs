using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Regions;

public class SparseMmapCapabilityTests
{
    private readonly SparseMmapCapability sparse = new([(0x1000, 0x2000), (0x3000, 0x1000)]);

    [Theory]
    [InlineData(0x1000ul, 0x2000ul, true)]
    [InlineData(0x2000ul, 0x1000ul, true)]
    [InlineData(0x3000ul, 0x1000ul, true)]
    [InlineData(0x0000ul, 0x1000ul, false)]
    [InlineData(0x0000ul, 0x2000ul, false)]
    [InlineData(0x1000ul, 0x3000ul, false)]
    [InlineData(0x4000ul, 0x1000ul, false)]
    [InlineData(0x1000ul, ulong.MaxValue, false)]
    [InlineData(ulong.MaxValue, 0x1000ul, false)]
    public void Covers_WhatLiesInsideOneArea(ulong offset, ulong size, bool expected) =>
        Assert.Equal(expected, sparse.Covers(offset, size));

    [Fact]
    public void SavingForm_HasAnIdOfItsOwn()
    {
        Assert.Equal(VfioRegionCapabilityId.VFIO_REGION_INFO_CAP_SPARSE_MMAP, sparse.Id);
        Assert.Equal(VfioRegionCapabilityId.SparseMmapSaving, new SparseMmapCapability([], WhileSaving: true).Id);
    }
}
