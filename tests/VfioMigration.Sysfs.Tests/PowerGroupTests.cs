using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public class PowerGroupTests
{
    private const string Power = "devices/dev/power";

    private readonly SysfsTree tree;

    public PowerGroupTests()
    {
        var core = new DriverCore(new ManualClock());
        new Device(core, "dev").Add();
        tree = core.Tree;
    }

    /// <summary>sysfs-tree.json.</summary>
    [Theory]
    [InlineData("async", "disabled\n")]
    [InlineData("control", "auto\n")]
    [InlineData("runtime_active_kids", "0\n")]
    [InlineData("runtime_active_time", "0\n")]
    [InlineData("runtime_enabled", "disabled\n")]
    [InlineData("runtime_status", "unsupported\n")]
    [InlineData("runtime_suspended_time", "0\n")]
    [InlineData("runtime_usage", "0\n")]
    public void File_OfAFreshDevice_HasTheMeasuredContent(string file, string content) =>
        Assert.Equal(content, tree.Cat($"{Power}/{file}").Value);

    [Fact]
    public void AutosuspendDelay_OfADeviceWithoutAutosuspend_IsEIO()
    {
        Assert.Equal(Errno.EIO, tree.Cat($"{Power}/autosuspend_delay_ms").Error);
        Assert.Equal(Errno.EIO, tree.Echo("1", $"{Power}/autosuspend_delay_ms").Error);
    }

    [Fact]
    public void Control_SetToOn_ForbidsRuntimePowerManagement()
    {
        Assert.Equal(3, tree.Echo("on\n", $"{Power}/control").Value);
        Assert.Equal(("on\n", "1\n"), (tree.Cat($"{Power}/control").Value, tree.Cat($"{Power}/runtime_usage").Value));

        Assert.Equal(4, tree.Echo("auto", $"{Power}/control").Value);
        Assert.Equal(("auto\n", "0\n"), (tree.Cat($"{Power}/control").Value, tree.Cat($"{Power}/runtime_usage").Value));
    }

    [Fact]
    public void Async_SetToEnabled_ShowsIt()
    {
        Assert.Equal(8, tree.Echo("enabled\n", $"{Power}/async").Value);
        Assert.Equal("enabled\n", tree.Cat($"{Power}/async").Value);
    }

    [Theory]
    [InlineData("control")]
    [InlineData("async")]
    public void Store_OfAnotherWord_IsEINVAL(string file)
    {
        string before = tree.Cat($"{Power}/{file}").Value;

        Assert.Equal(Errno.EINVAL, tree.Echo("yes", $"{Power}/{file}").Error);
        Assert.Equal(before, tree.Cat($"{Power}/{file}").Value);
    }
}
