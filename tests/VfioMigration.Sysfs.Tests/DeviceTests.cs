using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class DeviceTests
{
    private readonly ManualClock clock = new();
    private readonly DriverCore core;

    public DeviceTests() => core = new DriverCore(clock);

    [Fact]
    public void Add_OfAClassDevice_HasTheMeasuredFilesAndLinks()
    {
        Device device = new(core, "mtty") { Class = Class("mtty") };

        Assert.Equal(Errno.None, device.Add());

        Assert.Equal(["power", "subsystem", "uevent"], core.Tree.List("devices/virtual/mtty/mtty").Order(StringComparer.Ordinal));
        Assert.Equal("../../../../class/mtty", core.Tree.Readlink("devices/virtual/mtty/mtty/subsystem"));
        Assert.Equal("../../devices/virtual/mtty/mtty", core.Tree.Readlink("class/mtty/mtty"));
        Assert.Equal("", core.Tree.Cat("devices/virtual/mtty/mtty/uevent").Value);
    }

    [Fact]
    public void Add_OfADeviceWithANode_ShowsItsNumbers()
    {
        new Device(core, "vfio") { Class = core.Misc, Node = new DeviceNode(10, 196, "vfio/vfio", FileModes.Octal(666)) }.Add();

        Assert.Equal("10:196\n", core.Tree.Cat("devices/virtual/misc/vfio/dev").Value);
        Assert.Equal("../../devices/virtual/misc/vfio", core.Tree.Readlink("dev/char/10:196"));
        Assert.Equal(
            "MAJOR=10\nMINOR=196\nDEVNAME=vfio/vfio\nDEVMODE=0666\n",
            core.Tree.Cat("devices/virtual/misc/vfio/uevent").Value);
    }

    [Fact]
    public void Add_OfAClassDeviceBelowADevice_GetsAGlueDirectory()
    {
        var parent = new Device(core, "card");
        parent.Add();
        new Device(core, "vfio0") { Class = Class("vfio-dev"), ParentDevice = parent }.Add();

        Assert.Equal("../../../card", core.Tree.Readlink("devices/card/vfio-dev/vfio0/device"));
        Assert.Equal("../../devices/card/vfio-dev/vfio0", core.Tree.Readlink("class/vfio-dev/vfio0"));
    }

    [Fact]
    public void Add_OfAClassDeviceBelowAClassDevice_GetsNoGlueDirectory()
    {
        var parent = new Device(core, "outer") { Class = Class("one") };
        parent.Add();
        new Device(core, "inner") { Class = Class("two"), ParentDevice = parent }.Add();

        Assert.True(core.Tree.Exists("devices/virtual/one/outer/inner"));
    }

    [Fact]
    public void Delete_OfTheLastOfAClass_RemovesTheGlueDirectory()
    {
        DeviceClass vfio = Class("vfio");
        Device[] devices = [new(core, "0") { Class = vfio }, new(core, "1") { Class = vfio }];
        Assert.All(devices, device => Assert.Equal(Errno.None, device.Add()));

        devices[0].Delete();
        Assert.True(core.Tree.Exists("devices/virtual/vfio/1"));
        devices[1].Delete();

        Assert.False(core.Tree.Exists("devices/virtual/vfio"));
        Assert.Empty(core.Tree.List("class/vfio"));
    }

    [Fact]
    public async Task Add_WhileTheLastOfTheClassIsDeleted_Succeeds()
    {
        DeviceClass vfio = Class("vfio");
        var leaving = new Device(core, "0") { Class = vfio };
        leaving.Add();
        Task deleted = Task.CompletedTask;
        clock.OnNextQuestion = () => deleted = Background.Run(leaving.Delete, Background.WaitUntilBlocked);

        Assert.Equal(Errno.None, new Device(core, "1") { Class = vfio }.Add());
        await deleted.WaitAsync(Background.Patience);
        Assert.True(core.Tree.Exists("devices/virtual/vfio/1"));
    }

    [Fact]
    public void Add_OfATakenName_IsEEXISTAndLeavesTheFirst()
    {
        DeviceClass mtty = Class("mtty");
        new Device(core, "mtty") { Class = mtty }.Add();
        IReadOnlyList<string> before = core.Tree.List("devices/virtual/mtty/mtty");

        Assert.Equal(Errno.EEXIST, new Device(core, "mtty") { Class = mtty }.Add());

        Assert.Equal(before, core.Tree.List("devices/virtual/mtty/mtty"));
        Assert.Equal(["mtty"], core.Tree.List("class/mtty"));
    }

    [Fact]
    public void Add_WithAGroupThatClashes_LeavesNothingBehind()
    {
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();
        DeviceClass mtty = Class("mtty");
        uevents.Drain();
        var device = new Device(core, "mtty")
        {
            Class = mtty,
            Node = new DeviceNode(10, 5, "mtty"),
            Groups = [new AttributeGroup(SysfsAttribute<Device>.ReadOnly("uevent", (_, _) => 0))],
        };

        Assert.Equal(Errno.EEXIST, device.Add());

        Assert.False(core.Tree.Exists("devices/virtual/mtty"));
        Assert.Empty(core.Tree.List("class/mtty"));
        Assert.Empty(core.Tree.List("dev/char"));
        Assert.Empty(uevents.Drain());
    }

    [Fact]
    public void AddAndDelete_OfADevice_SendAddAndRemove()
    {
        var device = new Device(core, "mtty") { Class = Class("mtty") };
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();
        device.Add();
        device.Delete();
        device.Delete();

        Assert.Equal(["add@/devices/virtual/mtty/mtty", "remove@/devices/virtual/mtty/mtty"], uevents.DrainHeaders());
    }

    [Fact]
    public void Delete_OfADeviceWithANode_RemovesEverythingOfIt()
    {
        var device = new Device(core, "vfio") { Class = core.Misc, Node = new DeviceNode(10, 196, "vfio/vfio") };
        device.Add();
        device.Delete();

        Assert.Empty(core.Tree.List("dev/char"));
        Assert.Empty(core.Tree.List("class/misc"));
        Assert.False(core.Tree.Exists("devices/virtual/misc"));
    }

    [Fact]
    public void Delete_OfADeviceNeverAdded_DoesNothing()
    {
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();

        new Device(core, "mtty") { Class = core.Misc }.Delete();

        Assert.Empty(uevents.Drain());
    }

    [Fact]
    public void Delete_FromTwoThreads_SendsOneRemove()
    {
        var device = new Device(core, "mtty") { Class = Class("mtty") };
        device.Add();
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();
        Parallel.Invoke(device.Delete, device.Delete);

        Assert.Single(uevents.Drain());
    }

    [Fact]
    public void Device_WithoutBusAndClass_SendsNoUeventsAndShowsNone()
    {
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();
        new Device(core, "pci0000:00").Add();

        Assert.Empty(uevents.Drain());
        Assert.Equal("", core.Tree.Cat("devices/pci0000:00/uevent").Value);
        Assert.Equal(["power", "uevent"], core.Tree.List("devices/pci0000:00").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Log_OfADevice_BeginsWithDriverBusOrClass()
    {
        var bus = new FakeBus(core);
        Device onBus = bus.AddNew("a");
        onBus.Log(LogLevels.Info, "free");
        bus.RegisterDriver(new FakeDriver(bus, bus.Module, "driver"));
        onBus.Log(LogLevels.Info, "bound");
        new Device(core, "b") { Class = core.Misc }.Log(LogLevels.Info, "class");

        Assert.Equal(["fake a: free", "driver a: bound", "misc b: class"], core.Tree.LogTexts());
    }

    private DeviceClass Class(string name)
    {
        var deviceClass = new DeviceClass(core, name);
        Assert.Equal(Errno.None, deviceClass.Register());
        return deviceClass;
    }
}
