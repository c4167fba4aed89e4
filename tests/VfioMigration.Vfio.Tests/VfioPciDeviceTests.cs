using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Tests;

public class VfioPciDeviceTests
{
    private readonly PciConfigSpace config = new(new PciIds(1, 2, 3, 4, 0x070000, 0));
    private readonly MemoryRegion bar = new(new DeviceMemory(4096));
    private readonly VfioPciDevice device;

    public VfioPciDeviceTests() =>
        device = new Card(config, bar);

    [Fact]
    public void Device_HasTheFixedRegionsOfPci()
    {
        Assert.Equal(9, device.Regions.Count);
        Assert.Same(bar, device.Regions[2]);
        Assert.IsType<PciConfigRegion>(device.Regions[7]);
        Assert.All([0, 1, 3, 4, 5, 6, 8], index => Assert.IsType<AbsentRegion>(device.Regions[index]));
        Assert.All([6, 8], index => Assert.Equal((Errno.EINVAL, VfioRegionFlags.None), (device.ReadRegion(index, 0, new byte[1]), device.Regions[index].Flags)));
        Assert.Equal(Errno.EINVAL, device.ReadRegion(9, 0, new byte[1]));
    }

    [Fact]
    public void Device_HasTheFixedInterruptsOfPci()
    {
        Assert.Equal([(1, 7u), (4, 9u), (32, 9u), (1, 1u), (1, 1u)], device.Irqs.Select(irq => (irq.Count, (uint)irq.Flags)));
        Assert.Equal([device.Intx, device.Msi, device.Msix], device.Irqs.Take(3));
        Assert.Equal(3u, (uint)device.Flags);
    }

    [Fact]
    public void BusMaster_IsTheUsersBit()
    {
        Assert.False(device.IsBusMaster);
        device.WriteRegion(7, 4, [0x04, 0]);
        Assert.True(device.IsBusMaster);
    }

    [Fact]
    public void ConfigRegion_HasTheSizeTheDriverReports()
    {
        var odd = new VfioPciDevice(NewBusDevice(), config, new VfioPciLayout { AdvertisesReset = false, ConfigRegionSize = 255 });

        Assert.Equal(255ul, odd.Regions[7].Size);
        Assert.Equal(Errno.None, odd.ReadRegion(7, 0, new byte[256]));
        Assert.Equal(VfioDeviceFlags.VFIO_DEVICE_FLAGS_PCI, odd.Flags);
    }

    /// <summary>What the samples of the kernel do otherwise, each of its own.</summary>
    [Fact]
    public void Layout_DecidesWhatIsAbsentAndWhichInterruptsThereAre()
    {
        const VfioRegionFlags Both = VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE;
        var serial = new VfioPciDevice(
            NewBusDevice(),
            config,
            new VfioPciLayout { AbsentRegionFlags = Both, AbsentRegionErrno = Errno.EFAULT, MsiVectors = 1, HasErrorAndRequest = false });
        var display = new VfioPciDevice(NewBusDevice(), config, new VfioPciLayout { HasInterrupts = false });

        Assert.Equal([(1, true), (1, true), (0, false), (0, false), (0, false)], serial.Irqs.Select(irq => (irq.Count, irq.IsKnown)));
        Assert.Equal((Both, Errno.EFAULT, Errno.EFAULT), (serial.Regions[6].Flags, serial.ReadRegion(6, 0, new byte[1]), serial.WriteRegion(9, 0, [0])));
        Assert.All(display.Irqs, irq => Assert.Equal((0, VfioIrqFlags.None, true), (irq.Count, irq.Flags, irq.IsKnown)));
        Assert.Equal(5, display.Irqs.Count);
    }

    /// <summary>vfio_pci_core_request: the user hears of it by VFIO_PCI_REQ_IRQ_INDEX.</summary>
    [Fact]
    public async Task Removal_RaisesTheRequestInterrupt()
    {
        VfioDeviceFile file = device.Open(new VfioMigration.Vfio.Dma.DmaMap()).Value;
        var request = new EventCounter();
        device.Irqs[VfioPciIndex.VFIO_PCI_REQ_IRQ_INDEX].Set(
            VfioIrqSetFlags.VFIO_IRQ_SET_DATA_EVENTFD | VfioIrqSetFlags.VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1, [], [request]);
        Task removal = Background.Run(() => device.WaitForUsers(default));
        await request.WhenSignalled().WaitAsync(Background.Patience);
        Assert.False(removal.IsCompleted);

        file.Dispose();

        await removal.WaitAsync(Background.Patience);
        Assert.Equal(1ul, request.Read());
    }

    private static Device NewBusDevice() => new(new DriverCore(TimeProvider.System), "0000:00:02.0");

    private sealed class Card : VfioPciDevice
    {
        internal Card(PciConfigSpace config, VfioRegion bar)
            : base(NewBusDevice(), config, new VfioPciLayout { MsiVectors = 4, MsixVectors = 32 }) => AddBar(2, bar);
    }
}
