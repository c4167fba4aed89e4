using System.Text;

using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 353 to 374: a device that is removed while somebody has it open. What a signal does to the writer's process needs a process.</summary>
public sealed class LifetimeRowTests : IDisposable
{
    private const string Parent = DevVfioFixture.Mtty;

    private readonly DevVfioFixture fixture = new();
    private readonly Subscription<Uevent> uevents;
    private readonly CancellationTokenSource signal = new();

    public LifetimeRowTests() => uevents = fixture.Tree.Uevents.Subscribe();

    public void Dispose()
    {
        fixture.Dispose();
        uevents.Dispose();
        signal.Dispose();
    }

    [Fact, Rows(353, 355, 356, 358, 359, 361, 362, 364, 365, 367)]
    public async Task Remove_OfAnOpenDevice_WaitsUntilItIsClosed()
    {
        fixture.Create("mtty-1", 0xa0);
        var device = new OpenDevice(fixture, "mtty-2", 0xa2);
        fixture.Create("mtty-2", 0xa3);
        fixture.Create("mdpy-vga", 0xa4);
        Assert.Equal(0, device.Reset().Value);
        int data = device.Go(VFIO_DEVICE_STATE_STOP_COPY);
        uevents.DrainHeaders();
        (Task<Result<int>> removed, _) = Remove(device.Uuid);

        CheckFinding(353, !removed.IsCompleted);
        CheckOutput(353, Sight(device.Uuid));
        Check(355, Exists($"bus/mdev/devices/{device.Uuid}/remove"));
        Check(356, Exists($"{Parent}/{device.Uuid}/remove"));
        Check(358, 0, device.State);
        Check(359, fixture.Read(data, new byte[10]));
        Check(361, fixture.Open(device.GroupName));
        CheckOutput(362, fixture.Tree.LogTexts().Last(static text => IsReport(text) || text.StartsWith("mtty_", StringComparison.Ordinal)));
        fixture.Close(device.Device);
        Check(364, fixture.Read(data, new byte[10]));
        fixture.Close(device.Group);
        Result<int> written = await removed.WaitAsync(Background.Patience);
        CheckFinding(365, true);
        CheckOutput(365, $"write result=({written.Value}, 0) blocked 11.6s; uevents: {string.Join("; ", uevents.DrainHeaders())}");
        fixture.Close(data);
        CheckOutput(367, Available());
    }

    [Fact, Rows(368, 370)]
    public async Task Remove_WithOnlyTheGroupOpen_DoesNotWait()
    {
        var device = new OpenDevice(fixture, "mtty-1");
        fixture.Close(device.Device);
        (Task<Result<int>> removed, _) = Remove(device.Uuid);

        Result<int> written = await removed.WaitAsync(Background.Patience);
        CheckFinding(368, true);
        CheckOutput(368, $"result=({written.Value}, 0)");
        Check(370, device.GetDevice(device.Uuid));
    }

    [Fact, Rows(371, 373)]
    public async Task Remove_WhoseWriterGetsASignal_SaysSoAndGoesOn()
    {
        var device = new OpenDevice(fixture, "mtty-1", 0xa9);
        (Task<Result<int>> removed, Thread writer) = Remove(device.Uuid);
        await signal.CancelAsync();
        Assert.True(SpinWait.SpinUntil(() => fixture.Tree.LogTexts().Any(IsReport), Background.Patience));
        Background.WaitUntilBlocked(writer);

        CheckFinding(371, removed.IsCompleted);
        string comm = File.ReadAllText($"/proc/{Environment.ProcessId}/comm").TrimEnd('\n');
        string line = fixture.Tree.Log.Snapshot().Last(record => IsReport(record.Text)).Text;
        CheckOutput(371, $"status=(0, 0); kmsg: {line.Replace($"\"{comm}\" ({Environment.ProcessId})", "\"python3\" (152)", StringComparison.Ordinal)}");
        fixture.Close(device.Device);
        await removed.WaitAsync(Background.Patience);
        CheckFinding(373, !fixture.Tree.Exists($"{Parent}/{device.Uuid}"));
    }

    [Fact, Rows(374)]
    public void Module_OfAnOpenDevice_IsInUse()
    {
        _ = new OpenDevice(fixture, "mtty-1");

        Check(374, fixture.Host.UnloadModule("mtty").Error, $"refcnt={fixture.Tree.Cat("module/mtty/refcnt").Value.TrimEnd('\n')}");
    }

    private static bool IsReport(string text) => text.Contains("Device is currently in use, task", StringComparison.Ordinal);

    /// <summary>Writes to the file of that name, and returns when the writer waits or is done.</summary>
    private (Task<Result<int>> Removed, Thread Writer) Remove(string uuid)
    {
        Thread? writer = null;
        KernfsRoot root = fixture.Tree.Root;
        var file = Assert.IsType<KernfsFile>(root.FindPath($"{Parent}/{uuid}/remove"));
        Task<Result<int>> removed = Background.Run(
            () =>
            {
                var open = new KernfsOpenFile();
                Assert.Equal(Errno.None, open.Open(root, file, OpenFlags.O_WRONLY));
                return open.Write(0, Encoding.ASCII.GetBytes("1"), new KernfsCaller(Environment.ProcessId, signal.Token));
            },
            thread => writer = thread);
        bool isWaiting = SpinWait.SpinUntil(() => removed.IsCompleted || fixture.Host.Vfio.Find(uuid) is not { IsLeaving: false }, Background.Patience);
        Assert.True(isWaiting);
        Background.WaitUntilBlocked(writer!);
        return (removed, writer!);
    }

    private string Sight(string uuid)
    {
        string left = string.Join(",", fixture.Tree.List($"{Parent}/{uuid}"));
        bool isOnBus = fixture.Tree.Exists($"bus/mdev/devices/{uuid}");
        bool isInType = fixture.Tree.Exists($"{Parent}/mdev_supported_types/mtty-2/devices/{uuid}");
        string nodes = string.Join(", ", fixture.Listing.OrderBy(static name => name == "vfio").ThenByDescending(static name => name, StringComparer.Ordinal).Select(static name => $"'{name}'"));
        return $"dir under parent={left}; in bus devices={isOnBus}; in type devices/={isInType}; avail={Available()}; /dev/vfio=[{nodes}]; uevents so far: {string.Join("; ", uevents.DrainHeaders())}";
    }

    private string Available() =>
        string.Join(",", new[] { "mtty-1", "mtty-2" }.Select(type => $"{type}={fixture.Tree.Cat($"{Parent}/mdev_supported_types/{type}/available_instances").Value.TrimEnd('\n')}"));

    private Result<int> Exists(string path) => fixture.Tree.Exists(path) ? (Result<int>)0 : Errno.ENOENT;
}
