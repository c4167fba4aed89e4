using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public sealed class DeviceClassTests : IDisposable
{
    private readonly DriverCore core = new(new ManualClock());
    private readonly Subscription<Uevent> uevents;

    public DeviceClassTests() => uevents = core.Tree.Uevents.Subscribe();

    [Fact]
    public void RegisterAndUnregister_OfAClass_ComeWithUevents()
    {
        var deviceClass = new DeviceClass(core, "vfio");
        Assert.Equal(Errno.None, deviceClass.Register());
        Assert.True(core.Tree.Exists("class/vfio"));
        deviceClass.Unregister();

        Assert.False(core.Tree.Exists("class/vfio"));
        Assert.Equal(
            ["ACTION=add", "DEVPATH=/class/vfio", "SUBSYSTEM=class", "ACTION=remove", "DEVPATH=/class/vfio", "SUBSYSTEM=class"],
            uevents.Drain().SelectMany(uevent => uevent.Variables));
    }

    [Fact]
    public void Register_OfATakenName_IsEEXISTWithoutAUevent()
    {
        Assert.Equal(Errno.EEXIST, new DeviceClass(core, "misc").Register());
        Assert.Empty(uevents.Drain());
    }

    public void Dispose() => uevents.Dispose();
}
