using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class DriverCoreTests
{
    private readonly DriverCore core = new(new ManualClock());

    [Fact]
    public void Tree_OfAFreshHost_HasTheFixedDirectories()
    {
        Assert.Equal(["bus", "class", "dev", "devices", "kernel", "module"], core.Tree.List("").Order(StringComparer.Ordinal));
        Assert.Equal(["misc"], core.Tree.List("class"));
        Assert.Equal(["virtual"], core.Tree.List("devices"));
        Assert.Equal(["block", "char"], core.Tree.List("dev").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void UeventSeqnum_AfterUevents_IsTheNewest()
    {
        Assert.Equal("0\n", core.Tree.Cat("kernel/uevent_seqnum").Value);
        new DeviceClass(core, "vfio").Register();

        Assert.Equal("1\n", core.Tree.Cat("kernel/uevent_seqnum").Value);
    }

    [Fact]
    public void CreateDirectory_OfATakenName_IsEEXIST() =>
        Assert.Equal(Errno.EEXIST, core.CreateDirectory(core.Classes, "misc").Error);

    [Fact]
    public void CreateDirectory_OfAnObjectOfAnotherHost_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            core.CreateDirectory(core.Classes, new Kobject(new DriverCore(new ManualClock()).Tree, "a")));

    [Fact]
    public void Links_CreatedAndRemoved_ComeAndGo()
    {
        Assert.Equal(Errno.None, DriverCore.CreateLink(core.Kernel, "link", core.Virtual));
        Assert.Equal("../devices/virtual", core.Tree.Readlink("kernel/link"));
        Assert.Equal(Errno.EEXIST, DriverCore.CreateLink(core.Kernel, "link", core.Virtual));

        DriverCore.RemoveLink(core.Kernel, "link");

        Assert.False(core.Tree.Exists("kernel/link"));
    }
}
