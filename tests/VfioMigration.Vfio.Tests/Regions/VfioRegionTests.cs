using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Regions;

public class VfioRegionTests
{
    private readonly VfioRegion memory = new MemoryRegion(new DeviceMemory(0x4000));

    [Theory]
    [InlineData(0ul, 0x4000ul)]
    [InlineData(0x3000ul, 0x1000ul)]
    public void Map_InsideTheRegion_Works(ulong offset, ulong size)
    {
        using RegionMapping mapping = memory.Map(offset, size).Value;

        Assert.Equal((offset, size), (mapping.Offset, mapping.Size));
    }

    [Theory]
    [InlineData(0ul, 0ul)]
    [InlineData(1ul, 0x1000ul)]
    [InlineData(0ul, 0x800ul)]
    [InlineData(0ul, 0x5000ul)]
    [InlineData(0x4000ul, 0x1000ul)]
    [InlineData(0x5000ul, 0x1000ul)]
    [InlineData(0xFFFFFFFFFFFFF000ul, 0x1000ul)]
    [InlineData(0x1000ul, 0xFFFFFFFFFFFFF000ul)]
    public void Map_OutsideOrUnaligned_IsEINVAL(ulong offset, ulong size) =>
        Assert.Equal(Errno.EINVAL, memory.Map(offset, size).Error);

    [Fact]
    public void Map_OfATrappedRegion_IsEINVAL() => Assert.Equal(Errno.EINVAL, Trapped().Map(0, 0x1000).Error);

    [Fact]
    public void Map_OfASparseRegion_WorksInItsAreasOnly()
    {
        VfioRegion region = Trapped(new SparseMmapCapability([(0x1000, 0x1000)]));

        Assert.True(region.Map(0x1000, 0x1000).IsOk);
        Assert.Equal(Errno.EINVAL, region.Map(0, 0x1000).Error);
        Assert.Equal(Errno.EINVAL, region.Map(0, 0x3000).Error);
    }

    [Fact]
    public void Flags_SayWhatTheRegionCan()
    {
        Assert.Equal(7u, (uint)memory.Flags);
        Assert.Equal(3u, (uint)Trapped().Flags);
        Assert.Equal(11u, (uint)Trapped(new RegionTypeCapability(1, 1)).Flags);
        Assert.Equal(15u, (uint)Trapped(new SparseMmapCapability([])).Flags);
    }

    /// <summary>R52: the second layout is the one to use before saving.</summary>
    [Fact]
    public void MappingOfWhatMustBeTrapped_ConflictsWithSavingWhileItLives()
    {
        VfioRegion region = Trapped(
            new SparseMmapCapability([(0, 0x3000)]),
            new SparseMmapCapability([(0x1000, 0x1000)], WhileSaving: true));
        Assert.False(region.HasMappingThatConflictsWithSaving());
        RegionMapping harmless = region.Map(0x1000, 0x1000).Value;
        Assert.False(region.HasMappingThatConflictsWithSaving());
        RegionMapping one = region.Map(0, 0x3000).Value;
        RegionMapping other = region.Map(0x2000, 0x1000).Value;
        Assert.True(region.HasMappingThatConflictsWithSaving());
        one.Dispose();
        Assert.True(region.HasMappingThatConflictsWithSaving());
        one.Dispose();
        other.Dispose();
        harmless.Dispose();

        Assert.False(region.HasMappingThatConflictsWithSaving());
    }

    [Fact]
    public void RegionWithoutTheSavingLayout_NeverConflicts()
    {
        using RegionMapping mapping = memory.Map(0, 0x4000).Value;

        Assert.False(memory.HasMappingThatConflictsWithSaving());
    }

    private static TrappedRegion Trapped(params RegionCapability[] capabilities) =>
        new(0x3000, static (_, _) => Errno.None, static (_, _) => Errno.None, capabilities);
}
