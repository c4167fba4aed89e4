using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests;

public class VfioDeviceOpeningTests
{
    private readonly DriverCore core = new(TimeProvider.System);
    private readonly VfioCore vfio;
    private readonly TestVfioDevice device;
    private readonly DmaMap map = new();

    public VfioDeviceOpeningTests()
    {
        vfio = new VfioCore(core);
        var modules = new ModuleList(core);
        modules.MakeAvailable(VfioModule.ModuleName, () => new VfioModule(vfio));
        Assert.Equal(Errno.None, modules.Load(VfioModule.ModuleName));
        var bus = new Device(core, "card");
        Assert.Equal(Errno.None, bus.Add());
        device = new TestVfioDevice(new ScriptedMigrationOps(), hasDirtyLog: true, device: bus);
        Assert.Equal(Errno.None, vfio.RegisterEmulatedIommuDevice(device));
    }

    [Fact]
    public void OpenAndClose_TellTheDriverOfTheFirstAndTheLast()
    {
        VfioDeviceFile one = device.Open(map).Value;
        VfioDeviceFile other = device.Open(map).Value;
        Assert.Equal(["open"], device.Calls);
        one.Dispose();
        one.Dispose();
        Assert.True(device.IsOpen);
        Assert.Equal(["open"], device.Calls);

        other.Dispose();

        Assert.False(device.IsOpen);
        Assert.Equal(["open", "close"], device.Calls);
        device.Open(map).Value.Dispose();
        Assert.Equal(["open", "close", "open", "close"], device.Calls);
    }

    [Fact]
    public void OpenDevice_IsAttachedToItsUsersMemory()
    {
        using (device.Open(map).Value)
        {
            Assert.Same(map, device.Dma.Map);
        }

        Assert.Null(device.Dma.Map);
    }

    [Fact]
    public void AnotherAddressSpace_IsEBUSYWhileTheDeviceIsOpen()
    {
        VfioDeviceFile file = device.Open(map).Value;
        Assert.Equal(Errno.EBUSY, device.Open(new DmaMap()).Error);
        Assert.Same(map, device.Dma.Map);
        file.Dispose();

        Assert.True(device.Open(new DmaMap()).IsOk);
    }

    [Theory]
    [InlineData(false, Errno.ENXIO)]
    [InlineData(true, Errno.EIO)]
    public void DriverThatRefusesToOpen_LeavesTheDeviceClosed(bool throws, Errno expected)
    {
        device.Opened = () => throws ? throw new InvalidOperationException("no power") : Errno.ENXIO;

        Assert.Equal(expected, device.Open(map).Error);

        Assert.False(device.IsOpen);
        Assert.Null(device.Dma.Map);
        Assert.Equal(["open"], device.Calls);
        device.Opened = static () => Errno.None;
        Assert.True(device.Open(new DmaMap()).IsOk);
    }

    [Fact]
    public void DriverThatThrowsAtClose_IsClosedAllTheSame()
    {
        device.Closed = static () => throw new InvalidOperationException("no power");

        device.Open(map).Value.Dispose();

        Assert.False(device.IsOpen);
        Assert.EndsWith("remove: driver bug: InvalidOperationException: no power", device.Log[^1], StringComparison.Ordinal);
    }

    /// <summary>NOTES.md, 22.</summary>
    [Fact]
    public void LastClose_OfADriverThatResetsThen_IsRunningWithoutALog()
    {
        var resets = new TestVfioDevice(new ScriptedMigrationOps(), hasDirtyLog: true, keepsState: false);
        VfioDeviceFile file = resets.Open(map).Value;
        resets.StartLog(4096, (0, 4096));
        resets.Migration!.SetState(States.STOP_COPY);

        file.Dispose();

        Assert.Equal(States.RUNNING, resets.Migration.State);
        Assert.Null(resets.Dma.Log);
    }

    [Fact]
    public void LastClose_KeepsTheStateAndEndsTheSession()
    {
        VfioDeviceFile file = device.Open(map).Value;
        MigrationSession session = device.Migration!.SetState(States.STOP_COPY).Value!;
        device.Migration.ReportsReinit = true;

        file.Dispose();

        Assert.Equal((States.STOP_COPY, null), (device.Migration.State, device.Migration.Session));
        Assert.Equal(Errno.ENODEV, session.Read(new byte[1]).Error);
        Assert.False(device.Migration.ReportsReinit);
        using VfioDeviceFile again = device.Open(map).Value;
        Assert.Equal(States.STOP_COPY, device.Migration.State);
        Assert.Null(device.Migration.SetState(States.STOP_COPY).Value);
    }

    [Fact]
    public void LastClose_TakesTheTriggersAway()
    {
        VfioDeviceFile file = device.Open(map).Value;
        var counter = new EventCounter();
        device.Irq.Set(
            Uapi.Vfio.VfioIrqSetFlags.VFIO_IRQ_SET_DATA_EVENTFD | Uapi.Vfio.VfioIrqSetFlags.VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1, [], [counter]);

        file.Dispose();

        Assert.False(device.Irq.IsEnabled);
        device.Irq.Raise();
        Assert.Equal(0ul, counter.Read());
    }

    /// <summary>NOTES.md, 18.</summary>
    [Fact]
    public async Task Unregister_WaitsUntilTheLastUserHasGone()
    {
        VfioDeviceFile one = device.Open(map).Value;
        VfioDeviceFile other = device.Open(map).Value;
        using var requested = new ManualResetEventSlim();
        device.Requested = requested.Set;
        Thread? remover = null;
        Task removal = Background.Run(() => vfio.Unregister(device), thread => remover = thread);
        Assert.True(requested.Wait(Background.Patience));
        Background.WaitUntilBlocked(remover!);

        Assert.Equal(Errno.ENODEV, device.Open(map).Error);
        Assert.False(core.Tree.Exists("class/vfio-dev/vfio0"));
        Assert.True(core.Tree.Exists("class/vfio/0"));
        Assert.Same(device, vfio.Find("card"));
        Assert.True(device.Migration!.SetState(States.STOP).IsOk);
        one.Dispose();
        Assert.False(removal.IsCompleted);
        other.Dispose();
        await removal.WaitAsync(Background.Patience);

        Assert.Equal(["open", "request", "close"], device.Calls);
        Assert.Null(vfio.Find("card"));
        Assert.False(core.Tree.Exists("class/vfio/0"));
        Assert.Equal(Errno.ENODEV, device.Open(map).Error);
    }

    /// <summary>NOTES.md, 18: a signal frees no waiter, and only the first one makes a line.</summary>
    [Fact]
    public async Task SignalToTheOneWhoWaits_MakesOneLineAndFreesNobody()
    {
        VfioDeviceFile file = device.Open(map).Value;
        using var signal = new CancellationTokenSource();
        using Subscription<KernelLogRecord> log = core.Log.Follow(withKept: false);
        Thread? waiter = null;
        Task wait = Background.Run(() => device.WaitForUsers(new KernfsCaller(Environment.ProcessId, signal.Token)), thread => waiter = thread);
        Background.WaitUntilBlocked(waiter!);
        await signal.CancelAsync();

        string comm = File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        string line = (await log.Reader.ReadAsync().AsTask().WaitAsync(Background.Patience)).Text;
        Assert.Equal($" card: Device is currently in use, task \"{comm}\" ({Environment.ProcessId}) blocked until device is released", line);
        Background.WaitUntilBlocked(waiter!);
        Assert.False(wait.IsCompleted);
        file.Dispose();
        await wait.WaitAsync(Background.Patience);
        Assert.False(log.Reader.TryRead(out _));
    }

    [Fact]
    public void HeldDevice_IsKeptFromEverybodyAndTouchedByNobody()
    {
        device.Migration!.SetState(States.STOP);
        VfioDeviceFile held = device.Hold().Value;
        Assert.Equal((Errno.EBUSY, Errno.EBUSY, true), (device.Hold().Error, device.Open(map).Error, device.IsOpen));
        held.Dispose();

        Assert.Empty(device.Calls);
        Assert.Equal((States.STOP, false), (device.Migration.State, device.IsOpen));
        using VfioDeviceFile file = device.Open(map).Value;
        Assert.Equal(Errno.EBUSY, device.Hold().Error);
    }

    [Fact]
    public async Task HeldDevice_IsWaitedFor()
    {
        VfioDeviceFile held = device.Hold().Value;
        Task removal = Background.Run(() => vfio.Unregister(device), Background.WaitUntilBlocked);
        Assert.False(removal.IsCompleted);
        Assert.Equal((true, Errno.ENODEV), (device.IsLeaving, device.Hold().Error));
        held.Dispose();

        await removal.WaitAsync(Background.Patience);
    }

    [Fact]
    public void Unregister_OfAnUnusedDevice_AsksNobody()
    {
        vfio.Unregister(device);

        Assert.Empty(device.Calls);
    }

    [Fact]
    public async Task OpenDuringTheLastClose_WaitsAndBeginsAnew()
    {
        VfioDeviceFile file = device.Open(map).Value;
        using var closing = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        device.Closed = () =>
        {
            closing.Set();
            Assert.True(goOn.Wait(Background.Patience));
        };
        Task close = Background.Run(file.Dispose);
        Assert.True(closing.Wait(Background.Patience));
        Thread? opener = null;
        Task<Result<VfioDeviceFile>> open = Background.Run(() => device.Open(map), thread => opener = thread);
        Background.WaitUntilBlocked(opener!);
        goOn.Set();
        await close.WaitAsync(Background.Patience);

        using VfioDeviceFile again = (await open.WaitAsync(Background.Patience)).Value;

        Assert.Same(map, device.Dma.Map);
        Assert.Equal(["open", "close", "open"], device.Calls);
    }

    /// <summary>One closes while another opens: every user has memory, and the last one cleans up.</summary>
    [Fact]
    public async Task OpenAndClose_OnManyThreads_KeepTheBooks()
    {
        using var start = new Barrier(4);
        Task[] users =
        [
            .. Enumerable.Range(0, 4).Select(_ => Background.Run(() =>
            {
                start.SignalAndWait();
                for (int i = 0; i < 300; i++)
                {
                    using VfioDeviceFile file = device.Open(map).Value;
                    Thread.Yield();
                    Assert.Same(map, device.Dma.Map);
                }
            })),
        ];
        await Task.WhenAll(users);

        Assert.False(device.IsOpen);
        Assert.Null(device.Dma.Map);
        Assert.Equal(device.Calls.Count(call => call == "open"), device.Calls.Count(call => call == "close"));
        Assert.All(device.Calls.Index(), call => Assert.Equal(call.Index % 2 == 0 ? "open" : "close", call.Item));
    }
}
