using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

public sealed class DeviceBindingTests : IDisposable
{
    private readonly DriverCore core = new(new ManualClock());
    private readonly ManualResetEventSlim entered = new();
    private readonly ManualResetEventSlim release = new();
    private readonly FakeBus bus;
    private readonly FakeDriver driver;

    public DeviceBindingTests()
    {
        bus = new FakeBus(core);
        driver = new FakeDriver(bus, bus.Module)
        {
            OnMatches = _ => false,
            Groups = [Group("first"), Group("second")],
        };
        bus.RegisterDriver(driver);
    }

    [Fact]
    public void Bind_OfAFreeDevice_AddsLinksGroupsAndAUevent()
    {
        Device device = bus.AddNew();
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();

        Assert.Equal(Errno.None, device.Bind(driver));

        Assert.True(device.IsBound);
        Assert.Same(driver, device.Driver);
        Assert.Equal([device], driver.Devices);
        Assert.Equal("../../bus/fake/drivers/fake", core.Tree.Readlink("devices/dev0/driver"));
        Assert.Equal("../../../../devices/dev0", core.Tree.Readlink("bus/fake/drivers/fake/dev0"));
        Assert.True(core.Tree.Exists("devices/dev0/second"));
        Assert.Equal("DRIVER=fake\n", core.Tree.Cat("devices/dev0/uevent").Value);
        Assert.Contains("DRIVER=fake", Assert.Single(uevents.Drain()).Variables);
    }

    [Fact]
    public void Unbind_OfABoundDevice_UndoesIt()
    {
        Device device = bus.AddNew();
        IReadOnlyList<string> before = core.Tree.List("devices/dev0");
        device.Bind(driver);
        device.DriverData = "state";
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();

        Assert.True(device.Unbind());
        Assert.False(device.Unbind());

        Assert.Equal(before, core.Tree.List("devices/dev0"));
        Assert.Null(device.Driver);
        Assert.Null(device.DriverData);
        Assert.Empty(driver.Devices);
        Assert.Equal(
            ["ACTION=unbind", "DEVPATH=/devices/dev0", "SUBSYSTEM=fake"],
            Assert.Single(uevents.Drain()).Variables);
    }

    [Fact]
    public void Bind_OfABoundDevice_IsEBUSY()
    {
        Device device = bus.AddNew();
        device.Bind(driver);

        Assert.Equal(Errno.EBUSY, device.Bind(driver));
    }

    [Fact]
    public void Bind_BeforeAddOrAfterDelete_IsENODEV()
    {
        Device device = bus.NewDevice();
        Assert.Equal(Errno.ENODEV, device.Bind(driver));
        device.Add();
        device.Delete();

        Assert.Equal(Errno.ENODEV, device.Bind(driver));
    }

    [Fact]
    public void Probe_ThatFails_LeavesTheDeviceFreeAndALine()
    {
        Device device = bus.AddNew();
        driver.OnProbe = probed =>
        {
            probed.DriverData = "half";
            return Errno.ENOSPC;
        };
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();

        Assert.Equal(Errno.ENOSPC, device.Bind(driver));

        Assert.False(device.IsBound);
        Assert.Null(device.Driver);
        Assert.Null(device.DriverData);
        Assert.False(core.Tree.Exists("devices/dev0/driver"));
        Assert.Empty(uevents.Drain());
        Assert.Equal(["fake dev0: probe with driver fake failed with error -28"], core.Tree.LogTexts());
    }

    [Theory]
    [InlineData(Errno.ENODEV)]
    [InlineData(Errno.ENXIO)]
    public void Probe_ThatDoesNotWantTheDevice_LeavesNoLine(Errno error)
    {
        driver.OnProbe = _ => error;

        Assert.Equal(error, bus.AddNew().Bind(driver));
        Assert.Empty(core.Tree.LogTexts());
    }

    [Fact]
    public void Probe_ThatThrows_IsEIOWithALine()
    {
        driver.OnProbe = _ => throw new InvalidOperationException("bug");

        Assert.Equal(Errno.EIO, bus.AddNew().Bind(driver));
        Assert.Contains("fake dev0: probe: driver bug: InvalidOperationException: bug", core.Tree.LogTexts());
    }

    [Theory]
    [InlineData(-28, Errno.EIO)]
    [InlineData(524, Errno.EOPNOTSUPP)]
    public void Probe_WithAnErrnoThatDoesNotExist_IsClamped(int error, Errno expected)
    {
        driver.OnProbe = _ => (Errno)error;

        Assert.Equal(expected, bus.AddNew().Bind(driver));
    }

    [Fact]
    public void Remove_ThatThrows_StillUnbinds()
    {
        Device device = bus.AddNew();
        device.Bind(driver);
        driver.OnRemove = _ => throw new InvalidOperationException("bug");

        Assert.True(device.Unbind());
        Assert.False(device.IsBound);
        Assert.Equal(["fake dev0: remove: driver bug: InvalidOperationException: bug"], core.Tree.LogTexts());
    }

    /// <summary>A remove that throws, that is skipped, or a probe that fails later: the next probe finds a clean device.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ManagedGroup_GoesWithTheBinding(bool probeFails)
    {
        Device device = bus.AddNew();
        IReadOnlyList<string> before = core.Tree.List("devices/dev0");
        driver.OnProbe = bound => bound.AddManagedGroups([Group("managed")]) is var error && error == Errno.None && probeFails ? Errno.ENOMEM : error;
        driver.OnRemove = _ => throw new InvalidOperationException("bug");
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(probeFails ? Errno.ENOMEM : Errno.None, device.Bind(driver));
            Assert.Equal(!probeFails, core.Tree.Exists("devices/dev0/managed"));
            device.Unbind();
            Assert.Equal(before, core.Tree.List("devices/dev0"));
        }
    }

    [Fact]
    public void Bind_WhoseSecondGroupClashes_LeavesNoFileOfTheFirst()
    {
        Device device = bus.AddNew();
        device.AddGroup(Group("second"));
        int removed = 0;
        driver.OnRemove = _ => removed++;

        Assert.Equal(Errno.EEXIST, device.Bind(driver));

        Assert.Equal(1, removed);
        Assert.False(device.IsBound);
        Assert.False(core.Tree.Exists("devices/dev0/first"));
        Assert.True(core.Tree.Exists("devices/dev0/second"));
    }

    [Fact]
    public async Task Bind_FromTwoThreads_ProbesOnce()
    {
        Device device = bus.AddNew();
        int probes = 0;
        driver.OnProbe = _ =>
        {
            Interlocked.Increment(ref probes);
            return Block();
        };
        Task<Errno> first = Background.Run(() => device.Bind(driver));
        Assert.True(entered.Wait(Background.Patience));
        Task<Errno> second = Background.Run(() => device.Bind(driver), Background.WaitUntilBlocked);
        Assert.False(second.IsCompleted);
        release.Set();

        Assert.Equal(Errno.None, await first.WaitAsync(Background.Patience));
        Assert.Equal(Errno.EBUSY, await second.WaitAsync(Background.Patience));
        Assert.Equal(1, probes);
    }

    [Fact]
    public async Task Delete_WhileTheProbeRuns_WaitsAndThenUnbinds()
    {
        Device device = bus.AddNew();
        driver.OnProbe = _ => Block();
        int removed = 0;
        driver.OnRemove = _ => removed++;
        Task<Errno> bind = Background.Run(() => device.Bind(driver));
        Assert.True(entered.Wait(Background.Patience));
        Task delete = Background.Run(device.Delete, Background.WaitUntilBlocked);
        Assert.False(delete.IsCompleted);
        release.Set();

        await delete.WaitAsync(Background.Patience);
        Assert.Equal(Errno.None, await bind.WaitAsync(Background.Patience));
        Assert.Equal(1, removed);
        Assert.Empty(driver.Devices);
        Assert.False(core.Tree.Exists("devices/dev0"));
        Assert.False(core.Tree.Exists("bus/fake/drivers/fake/dev0"));
    }

    [Fact]
    public async Task Unbind_FromTwoThreads_RemovesOnce()
    {
        Device device = bus.AddNew();
        device.Bind(driver);
        int removed = 0;
        driver.OnRemove = _ =>
        {
            Interlocked.Increment(ref removed);
            Block();
        };
        Task<bool> first = Background.Run(() => device.Unbind());
        Assert.True(entered.Wait(Background.Patience));
        Task<bool> second = Background.Run(() => device.Unbind(), Background.WaitUntilBlocked);
        release.Set();

        Assert.True(await first.WaitAsync(Background.Patience));
        Assert.False(await second.WaitAsync(Background.Patience));
        Assert.Equal(1, removed);
    }

    [Fact]
    public void Delete_OfABoundDevice_RemovesFilesBeforeTheDriverLetsGo()
    {
        Device device = bus.AddNew();
        device.Bind(driver);
        using Subscription<Uevent> uevents = core.Tree.Uevents.Subscribe();
        IReadOnlyList<string> left = [];
        driver.OnRemove = _ => left = core.Tree.List("devices/dev0");

        device.Delete();

        Assert.Empty(left);
        Assert.Equal(["unbind@/devices/dev0", "remove@/devices/dev0"], uevents.DrainHeaders());
    }

    public void Dispose()
    {
        entered.Dispose();
        release.Dispose();
    }

    private static AttributeGroup Group(string file) => new(SysfsAttribute<Device>.ReadOnly(file, (_, page) => SysfsText.Line(page, 1)));

    private Errno Block()
    {
        entered.Set();
        Assert.True(release.Wait(Background.Patience));
        return Errno.None;
    }
}
