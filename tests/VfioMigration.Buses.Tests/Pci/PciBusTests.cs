using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Tests.Pci;

public class PciBusTests
{
    private static readonly PciAddress Address = new(0, 0, 2, 0);
    private static readonly PciIds Graphics = new(0x8086, 0x591D, 0, 0, 0x030000, 0);
    private readonly DriverCore core = new(TimeProvider.System);
    private readonly PciBus bus;

    public PciBusTests()
    {
        bus = new PciBus(core);
        Assert.Equal(Errno.None, bus.Register());
    }

    [Fact]
    public void AddDevice_OfTwoBuses_PutsEachBelowItsRootBus()
    {
        bus.AddDevice(Address, Graphics);
        bus.AddDevice(new PciAddress(0, 6, 0x10, 0), Graphics);

        Assert.Equal("../../../devices/pci0000:00/0000:00:02.0", core.Tree.Readlink("bus/pci/devices/0000:00:02.0"));
        Assert.Equal("../../../devices/pci0000:06/0000:06:10.0", core.Tree.Readlink("bus/pci/devices/0000:06:10.0"));
    }

    [Fact]
    public void AddDevice_AtATakenAddress_IsEEXIST()
    {
        bus.AddDevice(Address, Graphics);

        Assert.Equal(Errno.EEXIST, bus.AddDevice(Address, Graphics).Error);
        Assert.Single(bus.Devices);
    }

    [Fact]
    public void Driver_WithTheIdInItsTable_IsBoundAtOnce()
    {
        LoadDrivers(("i915", true));

        Assert.Equal("i915", bus.AddDevice(Address, Graphics).Value.Driver?.Name);
        Assert.Null(bus.AddDevice(new PciAddress(0, 0, 3, 0), Graphics with { Device = 1 }).Value.Driver);
    }

    [Fact]
    public void DriverOverride_OfAnotherDriver_DecidesAlone()
    {
        LoadDrivers(("i915", true), ("vfio-pci", false));
        PciDevice device = bus.AddDevice(Address, Graphics).Value;
        Assert.Equal(Errno.ENODEV, core.Tree.Echo("0000:00:02.0", "bus/pci/drivers/vfio-pci/bind").Error);

        core.Tree.Echo("vfio-pci\n", "devices/pci0000:00/0000:00:02.0/driver_override");
        core.Tree.Echo("0000:00:02.0", "bus/pci/drivers/i915/unbind");
        Assert.Equal(Errno.ENODEV, core.Tree.Echo("0000:00:02.0", "bus/pci/drivers/i915/bind").Error);
        Assert.Equal(12, core.Tree.Echo("0000:00:02.0", "bus/pci/drivers_probe").Value);

        Assert.Equal("vfio-pci", device.Driver?.Name);
    }

    private void LoadDrivers(params (string Name, bool HasId)[] drivers) =>
        FakeModule.Load(core, module => drivers
            .Select(driver => bus.RegisterDriver(
                new FakePciDriver(bus, module, driver.Name, driver.HasId ? [(Graphics.Vendor, Graphics.Device)] : [])))
            .Max());
}
