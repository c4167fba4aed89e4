using VfioMigration.Buses.Pci;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests.Regions;

public class PciConfigRegionTests
{
    private readonly PciConfigSpace config = new(new PciIds(0x8086, 0x591D, 0, 0, 0x030000, 4));

    /// <summary>NOTES.md, 31: mtty says 255, and reading 256 bytes works anyway.</summary>
    [Fact]
    public void ReportedSize_DoesNotLimitTheAccess()
    {
        var region = new PciConfigRegion(config, reportedSize: 0xFF);
        var device = new TestVfioDevice(regions: region);

        Assert.Equal((255ul, 3u), (region.Size, (uint)region.Flags));
        Assert.Equal(Errno.None, device.ReadRegion(0, 0, new byte[256]));
        Assert.Equal(Errno.EINVAL, device.ReadRegion(0, 0, new byte[257]));
        Assert.Equal(Errno.EINVAL, device.ReadRegion(0, 256, new byte[1]));
    }

    [Fact]
    public void Accesses_ReachTheConfigurationSpace()
    {
        var device = new TestVfioDevice(regions: new PciConfigRegion(config));
        byte[] id = new byte[4];

        Assert.Equal(Errno.None, device.ReadRegion(0, 0, id));
        Assert.Equal(Errno.None, device.WriteRegion(0, 4, [0x04, 0x00]));

        Assert.Equal([0x86, 0x80, 0x1D, 0x59], id);
        Assert.Equal((4, 256ul), (config.Command, device.Regions[0].Size));
    }
}
