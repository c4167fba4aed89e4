using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

/// <summary>Rows of the group bind of errno-table.tsv, on a bus that probes by itself.</summary>
public class DeviceBusTests
{
    private readonly DriverCore core = new(new ManualClock());
    private readonly FakeBus bus;
    private readonly FakeDriver driver;

    public DeviceBusTests()
    {
        bus = new FakeBus(core);
        driver = new FakeDriver(bus, bus.Module);
    }

    [Fact]
    public void Register_OfABus_HasTheMeasuredEntries()
    {
        Assert.Equal(
            ["devices", "drivers", "drivers_autoprobe", "drivers_probe", "uevent"],
            core.Tree.List("bus/fake").Order(StringComparer.Ordinal));
        Assert.Equal(Errno.EEXIST, new DeviceBus(core, "fake").Register());
    }

    [Fact]
    public void RegisterAndUnregister_OfABus_SendUevents()
    {
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();
        var other = new DeviceBus(core, "other");
        other.Register();
        other.Unregister();

        Assert.Equal(["add@/bus/other", "remove@/bus/other"], uevents.DrainHeaders());
        Assert.False(core.Tree.Exists("bus/other"));
    }

    [Fact]
    public void RegisterDriver_WithFreeDevices_BindsThoseThatMatch()
    {
        Device wanted = bus.AddNew("a");
        Device other = bus.AddNew("b");
        driver.OnMatches = device => device == wanted;

        Assert.Equal(Errno.None, bus.RegisterDriver(driver));

        Assert.True(wanted.IsBound);
        Assert.False(other.IsBound);
        Assert.Equal(
            ["a", "bind", "module", "uevent", "unbind"],
            core.Tree.List("bus/fake/drivers/fake").Order(StringComparer.Ordinal));
        Assert.Equal("../../../bus/fake/drivers/fake", core.Tree.Readlink("module/fake_module/drivers/fake:fake"));
    }

    [Fact]
    public void RegisterDriver_OfATakenName_IsEBUSY()
    {
        bus.RegisterDriver(driver);

        Assert.Equal(Errno.EBUSY, bus.RegisterDriver(new FakeDriver(bus, bus.Module)));
        Assert.Same(driver, bus.AddNew().Driver);
    }

    [Fact]
    public void UnregisterDriver_WithBoundDevices_FreesThem()
    {
        bus.RegisterDriver(driver);
        Device device = bus.AddNew();
        Assert.True(device.IsBound);

        bus.UnregisterDriver(driver);

        Assert.False(device.IsBound);
        Assert.False(core.Tree.Exists("bus/fake/drivers/fake"));
        Assert.False(core.Tree.Exists("module/fake_module/drivers"));
        Assert.Null(bus.AddNew("dev1").Driver);
    }

    [Fact]
    public async Task UnregisterDriver_BetweenMatchAndBind_LeavesNoDeviceBoundToIt()
    {
        driver.OnMatches = _ => false;
        bus.RegisterDriver(driver);
        Device device = bus.AddNew();
        Task unregistered = Task.CompletedTask;
        driver.OnMatches = _ =>
        {
            driver.OnMatches = _ => false;
            unregistered = Background.Run(() => bus.UnregisterDriver(driver), Background.WaitUntilBlocked);
            return true;
        };

        core.Tree.Echo("dev0\n", "bus/fake/drivers_probe");
        await unregistered.WaitAsync(Background.Patience);

        Assert.False(device.IsBound);
        Assert.Empty(driver.Devices);
    }

    [Theory]
    [InlineData("dev0")]
    [InlineData("dev0\n")]
    public void UnbindAndBind_ByName_Work(string name)
    {
        bus.RegisterDriver(driver);
        Device device = bus.AddNew();

        Assert.Equal(name.Length, core.Tree.Echo(name, "bus/fake/drivers/fake/unbind").Value);
        Assert.False(device.IsBound);
        Assert.Equal(Errno.ENODEV, core.Tree.Echo(name, "bus/fake/drivers/fake/unbind").Error);
        Assert.Equal(name.Length, core.Tree.Echo(name, "bus/fake/drivers/fake/bind").Value);
        Assert.True(device.IsBound);
        Assert.Equal(Errno.EBUSY, core.Tree.Echo(name, "bus/fake/drivers/fake/bind").Error);
    }

    [Theory]
    [InlineData("nosuch\n")]
    [InlineData("")]
    [InlineData("dev0\n\n")]
    [InlineData(" dev0")]
    public void BindAndUnbind_OfAnUnknownName_AreENODEV(string name)
    {
        bus.RegisterDriver(driver);
        Device device = bus.AddNew();
        if (name.Length > 0)
        {
            Assert.Equal(Errno.ENODEV, core.Tree.Echo(name, "bus/fake/drivers/fake/unbind").Error);
            Assert.Equal(Errno.ENODEV, core.Tree.Echo(name, "bus/fake/drivers_probe").Error);
        }

        Assert.True(device.IsBound);
        Assert.Null(bus.FindDevice(name));
    }

    [Fact]
    public void Bind_OfADeviceThatDoesNotMatch_IsENODEV()
    {
        driver.OnMatches = _ => false;
        bus.RegisterDriver(driver);
        bus.AddNew();

        Assert.Equal(Errno.ENODEV, core.Tree.Echo("dev0", "bus/fake/drivers/fake/bind").Error);
    }

    [Fact]
    public void Unbind_OfADeviceOfAnotherDriver_IsENODEV()
    {
        bus.RegisterDriver(driver);
        Device device = bus.AddNew();
        bus.RegisterDriver(new FakeDriver(bus, bus.Module, "other"));

        Assert.Equal(Errno.ENODEV, core.Tree.Echo("dev0", "bus/fake/drivers/other/unbind").Error);
        Assert.Same(driver, device.Driver);
    }

    [Fact]
    public void DriversProbe_OfAFreeDevice_TriesTheDriversByName()
    {
        driver.OnMatches = _ => false;
        bus.RegisterDriver(driver);
        Device device = bus.AddNew();
        Assert.Equal(4, core.Tree.Echo("dev0", "bus/fake/drivers_probe").Value);
        Assert.False(device.IsBound);
        driver.OnMatches = _ => true;

        Assert.Equal(4, core.Tree.Echo("dev0", "bus/fake/drivers_probe").Value);
        Assert.True(device.IsBound);
    }

    [Fact]
    public void Autoprobe_SwitchedOff_LeavesNewDevicesAndDriversApart()
    {
        Assert.Equal("1\n", core.Tree.Cat("bus/fake/drivers_autoprobe").Value);
        Assert.Equal(2, core.Tree.Echo("0\n", "bus/fake/drivers_autoprobe").Value);
        Assert.Equal("0\n", core.Tree.Cat("bus/fake/drivers_autoprobe").Value);
        Device first = bus.AddNew("a");
        bus.RegisterDriver(driver);
        Device second = bus.AddNew("b");
        Assert.False(first.IsBound || second.IsBound);

        Assert.Equal(2, core.Tree.Echo("1\n", "bus/fake/drivers_autoprobe").Value);
        Assert.True(bus.AddNew("c").IsBound);
    }

    [Fact]
    public void Probe_OfADeviceWithTwoDrivers_TakesTheFirstThatSucceeds()
    {
        driver.OnProbe = _ => Errno.EBUSY;
        bus.RegisterDriver(driver);
        var other = new FakeDriver(bus, bus.Module, "other");
        bus.RegisterDriver(other);

        Assert.Same(other, bus.AddNew().Driver);
    }

    [Fact]
    public void AddAndDelete_OfABusDevice_KeepTheListings()
    {
        Device device = bus.AddNew();
        Assert.Equal("../../../devices/dev0", core.Tree.Readlink("bus/fake/devices/dev0"));
        Assert.Equal("../../bus/fake", core.Tree.Readlink("devices/dev0/subsystem"));
        Assert.Equal([device], bus.Devices);

        device.Delete();

        Assert.Empty(bus.Devices);
        Assert.Empty(core.Tree.List("bus/fake/devices"));
    }

    [Fact]
    public void Events_OfBinding_AreRaisedBeforeTheUevents()
    {
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();
        bus.RegisterDriver(driver);
        var seen = new List<string>();
        bus.DeviceBound += device => seen.Add($"bound {device.Name} {Has("bind@")}");
        bus.DeviceUnbinding += device => seen.Add($"unbinding {device.Name} {Has("unbind@")}");
        uevents.Drain();
        bus.AddNew().Unbind();

        Assert.Equal(["bound dev0 False", "unbinding dev0 False"], seen);

        bool Has(string prefix) => uevents.DrainHeaders().Any(header => header.StartsWith(prefix, StringComparison.Ordinal));
    }
}
