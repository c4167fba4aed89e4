using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests.Regions;

/// <summary>uapi-v2.md: <c>struct vfio_info_cap_header</c> and what follows it.</summary>
public class RegionCapabilityTests
{
    [Fact]
    public void Chain_OfTypeAndSparseMmap_HasTheBytesOfTheUapi()
    {
        RegionCapability[] chain = [new RegionTypeCapability(3, 1), new SparseMmapCapability([(0x1000, 0x2000), (0x5000, 0x1000)])];
        byte[] bytes = new byte[RegionCapability.ChainSize(chain)];

        RegionCapability.WriteChain(chain, bytes, offset: 32);

        Assert.Equal(
            [
                2, 0, 1, 0, 48, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0,
                1, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
                0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0,
                0, 0x50, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0,
            ],
            bytes);
    }

    [Fact]
    public void Next_CountsFromTheBeginningOfTheAnswer()
    {
        RegionCapability[] chain = [new RegionTypeCapability(1, 2), new RegionTypeCapability(3, 4), new RegionTypeCapability(5, 6)];
        byte[] bytes = new byte[48];

        RegionCapability.WriteChain(chain, bytes, offset: 100);

        Assert.Equal([116, 132, 0], Enumerable.Range(0, 3).Select(i => BitConverter.ToInt32(bytes, (i * 16) + 4)));
    }

    [Fact]
    public void EmptyChain_IsNoBytes()
    {
        Assert.Equal(0, RegionCapability.ChainSize([]));
        RegionCapability.WriteChain([], [], 32);
    }

    [Fact]
    public void Chain_OverwritesWhatWasThere()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0xFF, 16)];

        RegionCapability.WriteChain([new SparseMmapCapability([])], bytes, 32);

        Assert.Equal([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], bytes);
    }
}
