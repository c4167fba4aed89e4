using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev.Tests;

/// <summary>Rows of the groups remove, stale and bind of errno-table.tsv.</summary>
public sealed class MdevDeviceTests : IDisposable
{
    private const string Uuid = MdevHost.Uuid;
    private const string Path = $"devices/virtual/mtty/mtty/{Uuid}";

    private readonly MdevHost host = new();
    private readonly FakeParentModule mtty;
    private readonly Subscription<Uevent> uevents;

    public MdevDeviceTests()
    {
        mtty = host.LoadMtty();
        Assert.Equal(36, host.Create(Uuid).Value);
        uevents = host.Tree.Uevents.Subscribe();
    }

    [Fact]
    public void Directory_OfADevice_HasTheMeasuredEntriesAndLinks()
    {
        Assert.Equal(
            ["uevent", "iommu_group", "power", "driver", "vfio-dev", "mdev_type", "subsystem", "remove"],
            host.Tree.List(Path));
        Assert.Equal("../mdev_supported_types/mtty-1", host.Tree.Readlink($"{Path}/mdev_type"));
        Assert.Equal("../../../../../bus/mdev", host.Tree.Readlink($"{Path}/subsystem"));
        Assert.Equal("../../../../../bus/mdev/drivers/mtty", host.Tree.Readlink($"{Path}/driver"));
        Assert.Equal($"../../../{Uuid}", host.Tree.Readlink($"{Path}/vfio-dev/vfio0/device"));
        Assert.Equal($"../../../{Uuid}", host.Tree.Readlink($"{MdevHost.TypePath("mtty", "1")}/devices/{Uuid}"));
        Assert.Equal($"../../../devices/virtual/mtty/mtty/{Uuid}", host.Tree.Readlink($"bus/mdev/devices/{Uuid}"));
        Assert.Equal("DRIVER=mtty\n", host.Tree.Cat($"{Path}/uevent").Value);
        Assert.Equal(4u, host.Tree.Root.Stat(host.Tree.Root.FindPath(Path)!).Nlink);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1\n")]
    [InlineData("2")]
    [InlineData("10")]
    [InlineData("0x1")]
    [InlineData("010")]
    [InlineData("+1")]
    [InlineData("18446744073709551615")]
    [InlineData("1\0abc")]
    public void Remove_WithANumberThatIsNotZero_RemovesTheDevice(string text)
    {
        Assert.Equal(text.Length, host.Remove(text).Value);

        Assert.False(host.Tree.Exists(Path));
        Assert.False(host.Tree.Exists($"bus/mdev/devices/{Uuid}"));
        Assert.Empty(host.Tree.List($"{MdevHost.TypePath("mtty", "1")}/devices"));
        Assert.Empty(mtty.Parent.Devices);
        Assert.Equal("24", host.Available());
    }

    [Fact]
    public void Remove_WithMoreThanAPage_TakesAPage()
    {
        Assert.Equal(4096, host.Remove("1".PadRight(5000, '\0')).Value);
        Assert.False(host.Tree.Exists(Path));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0\n")]
    [InlineData("+0")]
    [InlineData("0x0")]
    [InlineData("00")]
    [InlineData("0\0" + "1")]
    [InlineData("")]
    public void Remove_WithZero_DoesNothing(string text)
    {
        Assert.Equal(text.Length, host.Remove(text).Value);

        Assert.True(host.Tree.Exists($"{Path}/remove"));
        Assert.Empty(uevents.Drain());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("abc")]
    [InlineData("y")]
    [InlineData("true")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\n\n")]
    [InlineData("1x")]
    [InlineData("-1")]
    [InlineData("08")]
    [InlineData("18446744073709551616")]
    [InlineData("\0")]
    public void Remove_WithAnythingElse_IsEINVAL(string text)
    {
        Assert.Equal(Errno.EINVAL, host.Remove(text).Error);

        Assert.True(host.Tree.Exists($"{Path}/remove"));
        Assert.Empty(uevents.Drain());
    }

    [Fact]
    public void Remove_OnOpenFiles_IsENODEVTheSecondTime()
    {
        KernfsOpenFile one = OpenRemove();
        KernfsOpenFile other = OpenRemove();

        Assert.Equal(1, one.Write(7, "1"u8, CancellationToken.None).Value);

        Assert.Equal(Errno.ENODEV, one.Write(0, "1"u8, CancellationToken.None).Error);
        Assert.Equal(Errno.ENODEV, other.Write(0, "0"u8, CancellationToken.None).Error);
    }

    [Fact]
    public async Task Remove_FromManyThreads_RemovesOnce()
    {
        KernfsOpenFile[] files = [.. Enumerable.Range(0, 6).Select(_ => OpenRemove())];
        using var start = new Barrier(files.Length);
        Result<int>[] results = await Task.WhenAll(files.Select(file => Background.Run(() =>
        {
            Assert.True(start.SignalAndWait(Background.Patience));
            return file.Write(0, "1"u8, CancellationToken.None);
        }))).WaitAsync(Background.Patience);

        Assert.Contains(results, result => result.IsOk);
        Assert.All(results.Where(result => !result.IsOk), result => Assert.Equal(Errno.ENODEV, result.Error));
        Assert.Equal(4, uevents.Drain().Count);
        Assert.Equal("24", host.Available());
    }

    [Fact]
    public async Task Remove_WhileTheProbeRuns_LeavesAWholeDeviceOrNothing()
    {
        const string Other = "000000a0-1111-4222-8333-444455556666";
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        mtty.Driver.OnProbe = _ =>
        {
            entered.Set();
            Assert.True(release.Wait(Background.Patience));
            return Errno.None;
        };
        Task create = Background.Run(() => host.Create(Other));
        Assert.True(entered.Wait(Background.Patience));
        Task remove = Background.Run(() => host.Remove(uuid: Other), Background.WaitUntilBlocked);
        release.Set();
        await Task.WhenAll(create, remove).WaitAsync(Background.Patience);

        bool there = host.Tree.Exists($"devices/virtual/mtty/mtty/{Other}");
        Assert.Equal(there, host.Tree.Exists($"{MdevHost.TypePath("mtty", "1")}/devices/{Other}"));
        Assert.Equal(there, host.Tree.Exists($"bus/mdev/devices/{Other}"));
        Assert.Equal(there, mtty.Parent.Devices.Any(device => device.Name == Other));
    }

    [Fact]
    public void Create_OfTheSameUuidAfterRemove_LeavesOldFilesDead()
    {
        KernfsOpenFile old = OpenRemove();
        host.Remove();

        Assert.Equal(36, host.Create(Uuid).Value);
        Assert.Equal(Errno.ENODEV, old.Write(0, "1"u8, CancellationToken.None).Error);
        Assert.True(host.Tree.Exists(Path));
    }

    [Fact]
    public void Unbind_OfADevice_ReturnsTheCapacityAndLeavesTheMeasuredFiles()
    {
        Assert.Equal(37, host.Tree.Echo($"{Uuid}\n", "bus/mdev/drivers/mtty/unbind").Value);

        Assert.Equal(["mdev_type", "power", "remove", "subsystem", "uevent"], host.Tree.List(Path).Order(StringComparer.Ordinal));
        Assert.Equal("24", host.Available());
        Assert.Equal(
            [$"remove@/{Path}/vfio-dev/vfio0", "remove@/devices/virtual/vfio/0", $"unbind@/{Path}"],
            uevents.DrainHeaders());
        Assert.Equal(Errno.ENODEV, host.Tree.Echo($"{Uuid}\n", "bus/mdev/drivers/mtty/unbind").Error);
    }

    [Fact]
    public void Unbind_OfADeviceTheCoreCounts_KeepsItsPlace()
    {
        host.LoadMdpy();
        string uuid = MdevHost.NumberedUuid(1);
        host.Create(uuid, "mdpy");
        host.Tree.Echo(uuid, "bus/mdev/drivers/mdpy/unbind");
        Assert.Equal("1", host.Available(parent: "mdpy"));

        host.Remove(uuid: uuid, parent: "mdpy");

        Assert.Equal("2", host.Available(parent: "mdpy"));
    }

    [Fact]
    public void Rebind_OfAnUnboundDevice_IsENODEVAndProbingDoesNothing()
    {
        host.Tree.Echo(Uuid, "bus/mdev/drivers/mtty/unbind");
        uevents.Drain();

        Assert.Equal(Errno.ENODEV, host.Tree.Echo($"{Uuid}\n", "bus/mdev/drivers/mtty/bind").Error);
        Assert.Equal(Errno.ENODEV, host.Tree.Echo("nosuch\n", "bus/mdev/drivers/mtty/bind").Error);
        Assert.Equal(37, host.Tree.Echo($"{Uuid}\n", "bus/mdev/drivers_probe").Value);
        Assert.False(host.Tree.Exists($"{Path}/driver"));
        Assert.Empty(uevents.Drain());
    }

    [Fact]
    public void Remove_OfAnUnboundDevice_SendsOnlyRemove()
    {
        host.Tree.Echo(Uuid, "bus/mdev/drivers/mtty/unbind");
        uevents.Drain();

        Assert.Equal(1, host.Remove().Value);
        Assert.Equal([$"remove@/{Path}"], uevents.DrainHeaders());
        Assert.Equal("24", host.Available());
    }

    public void Dispose() => uevents.Dispose();

    private KernfsOpenFile OpenRemove()
    {
        var file = new KernfsOpenFile();
        Assert.Equal(Errno.None, file.Open(host.Tree.Root, (KernfsFile)host.Tree.Root.FindPath($"{Path}/remove")!, OpenFlags.O_WRONLY));
        return file;
    }
}
