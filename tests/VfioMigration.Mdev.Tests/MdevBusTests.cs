using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev.Tests;

/// <summary>Payloads of uevents.txt, without SEQNUM.</summary>
public sealed class MdevBusTests : IDisposable
{
    private const string Uuid = "000000a0-1111-4222-8333-444455556666";
    private const string Parent = "/devices/virtual/mtty/mtty";

    private readonly MdevHost host = new();
    private readonly Subscription<Uevent> uevents;

    public MdevBusTests() => uevents = host.Tree.Uevents.Subscribe();

    [Fact]
    public void Load_OfAParentDriver_SendsTheMeasuredUevents()
    {
        host.LoadMtty();

        AssertUevents(
            "add@/bus/mdev/drivers/mtty SUBSYSTEM=drivers",
            "add@/class/mtty SUBSYSTEM=class",
            $"add@{Parent} SUBSYSTEM=mtty",
            $"change@{Parent} SUBSYSTEM=mtty MDEV_STATE=registered",
            "add@/module/mtty SUBSYSTEM=module");
        Assert.Equal(["mtty mtty: MDEV: Registered"], host.Tree.LogTexts());
    }

    [Fact]
    public void CreateAndRemove_OfADevice_SendTheMeasuredUevents()
    {
        host.LoadMtty();
        uevents.Drain();
        host.Create(Uuid);
        AssertUevents(
            $"add@{Parent}/{Uuid} SUBSYSTEM=mdev",
            "add@/devices/virtual/vfio/0 SUBSYSTEM=vfio MAJOR=245 MINOR=0 DEVNAME=vfio/0",
            $"add@{Parent}/{Uuid}/vfio-dev/vfio0 SUBSYSTEM=vfio-dev",
            $"bind@{Parent}/{Uuid} SUBSYSTEM=mdev DRIVER=mtty");

        host.Remove(uuid: Uuid);
        AssertUevents(
            $"remove@{Parent}/{Uuid}/vfio-dev/vfio0 SUBSYSTEM=vfio-dev",
            "remove@/devices/virtual/vfio/0 SUBSYSTEM=vfio MAJOR=245 MINOR=0 DEVNAME=vfio/0",
            $"unbind@{Parent}/{Uuid} SUBSYSTEM=mdev",
            $"remove@{Parent}/{Uuid} SUBSYSTEM=mdev");
        Assert.Equal(
            [$"mtty {Uuid}: Adding to iommu group 0", $"mtty {Uuid}: Removing from iommu group 0"],
            host.Tree.LogTexts().Skip(1));
    }

    [Fact]
    public void Unload_OfAParentDriverWithADevice_SendsTheMeasuredUevents()
    {
        host.LoadMtty();
        host.Create(Uuid);
        uevents.Drain();

        Assert.Equal(Errno.None, host.Modules.Unload("mtty"));

        AssertUevents(
            $"remove@{Parent}/{Uuid}/vfio-dev/vfio0 SUBSYSTEM=vfio-dev",
            "remove@/devices/virtual/vfio/0 SUBSYSTEM=vfio MAJOR=245 MINOR=0 DEVNAME=vfio/0",
            $"unbind@{Parent}/{Uuid} SUBSYSTEM=mdev",
            $"remove@{Parent}/{Uuid} SUBSYSTEM=mdev",
            $"change@{Parent} SUBSYSTEM=mtty MDEV_STATE=unregistered",
            $"remove@{Parent} SUBSYSTEM=mtty",
            "remove@/bus/mdev/drivers/mtty SUBSYSTEM=drivers",
            "remove@/class/mtty SUBSYSTEM=class",
            "remove@/module/mtty SUBSYSTEM=module");
        Assert.False(host.Tree.Exists("devices/virtual/mtty"));
        Assert.Empty(host.Tree.List("class/mdev_bus"));
    }

    [Fact]
    public void Parent_OnceRegistered_IsLinkedFromMdevBus()
    {
        FakeParentModule mtty = host.LoadMtty();

        Assert.Equal("../../devices/virtual/mtty/mtty", host.Tree.Readlink("class/mdev_bus/mtty"));
        Assert.Equal([mtty.Parent], host.Bus.Parents);
    }

    [Fact]
    public void RegisterParent_OfAParent_IsEEXIST()
    {
        FakeParentModule mtty = host.LoadMtty();

        Assert.Equal(Errno.EEXIST, host.Bus.RegisterParent(mtty.Device, mtty.Driver, [new("1")]).Error);
        Assert.Equal([mtty.Parent], host.Bus.Parents);
    }

    [Fact]
    public void RegisterParent_WithATypeTwice_IsEEXISTAndLeavesNothing()
    {
        FakeParentModule mtty = host.LoadMtty();
        host.Bus.UnregisterParent(mtty.Parent);

        Assert.Equal(Errno.EEXIST, host.Bus.RegisterParent(mtty.Device, mtty.Driver, [new("1"), new("1")]).Error);

        Assert.Empty(host.Bus.Parents);
        Assert.False(host.Tree.Exists("devices/virtual/mtty/mtty/mdev_supported_types"));
        Assert.True(host.Bus.RegisterParent(mtty.Device, mtty.Driver, [new("1")]).IsOk);
    }

    [Fact]
    public void RegisterParent_WithAPrefix_NamesTheTypesWithIt()
    {
        FakeParentModule mtty = host.LoadMtty();
        host.Bus.UnregisterParent(mtty.Parent);

        host.Bus.RegisterParent(mtty.Device, mtty.Driver, [new("ccw_IO")], "vfio");

        Assert.Equal(["vfio-ccw_IO"], host.Tree.List("devices/virtual/mtty/mtty/mdev_supported_types"));
    }

    [Fact]
    public void UnregisterParent_WithDevices_RemovesThemAndRefusesNewOnes()
    {
        FakeParentModule mtty = host.LoadMtty();
        host.Create(Uuid);
        MdevType type = mtty.Parent.Types[0];

        host.Bus.UnregisterParent(mtty.Parent);

        Assert.Empty(mtty.Parent.Devices);
        Assert.Empty(host.Bus.Devices);
        Assert.Equal(Errno.ENODEV, mtty.Parent.Create(type, Uuid));
        Assert.False(host.Tree.Exists("devices/virtual/mtty/mtty/mdev_supported_types"));
    }

    [Fact]
    public async Task UnregisterParent_WhileADeviceIsCreated_WaitsAndRemovesIt()
    {
        FakeParentModule mtty = host.LoadMtty();
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        mtty.Driver.OnProbe = _ =>
        {
            entered.Set();
            Assert.True(release.Wait(Background.Patience));
            return Errno.None;
        };
        Task<Errno> create = Background.Run(() => mtty.Parent.Create(mtty.Parent.Types[0], Uuid));
        Assert.True(entered.Wait(Background.Patience));
        Task unregister = Background.Run(() => host.Bus.UnregisterParent(mtty.Parent), Background.WaitUntilBlocked);
        Assert.False(unregister.IsCompleted);
        Assert.Equal(Errno.ENODEV, mtty.Parent.Create(mtty.Parent.Types[0], MdevHost.Uuid));
        release.Set();

        await unregister.WaitAsync(Background.Patience);
        Assert.Equal(Errno.None, await create.WaitAsync(Background.Patience));
        Assert.Empty(mtty.Parent.Devices);
        Assert.False(host.Tree.Exists($"devices/virtual/mtty/mtty/{Uuid}"));
    }

    [Fact]
    public void Events_OfParents_AreRaisedAtTheirPromisedTimes()
    {
        var seen = new List<string>();
        host.Bus.ParentRegistered += parent => seen.Add($"registered {parent.Types.Count} {uevents.DrainHeaders().Count(IsChange)}");
        FakeParentModule mtty = host.LoadMtty();
        host.Create(Uuid);
        host.Bus.ParentUnregistering += parent => seen.Add($"unregistering {host.Tree.Exists(MdevHost.TypePath("mtty", "1"))} {parent.Devices.Count}");
        host.Bus.UnregisterParent(mtty.Parent);

        Assert.Equal(["registered 2 0", "unregistering True 1"], seen);

        static bool IsChange(string header) => header.StartsWith("change@", StringComparison.Ordinal);
    }

    [Fact]
    public void Unload_OfMdevInUse_IsEAGAIN()
    {
        host.LoadMtty();

        Assert.Equal(Errno.EAGAIN, host.Modules.Unload("mdev"));
        Assert.Equal(Errno.None, host.Modules.Unload("mtty"));
        Assert.Equal(Errno.None, host.Modules.Unload("mdev"));
        Assert.False(host.Tree.Exists("bus/mdev") || host.Tree.Exists("class/mdev_bus"));
    }

    public void Dispose() => uevents.Dispose();

    /// <summary>Each as header and the variables after DEVPATH; ACTION and DEVPATH must repeat the header.</summary>
    private void AssertUevents(params string[] expected)
    {
        IReadOnlyList<Uevent> sent = uevents.Drain();
        Assert.All(sent, uevent => Assert.Equal([$"ACTION={uevent.Action}", $"DEVPATH={uevent.DevPath}"], uevent.Variables.Take(2)));
        Assert.Equal(expected, sent.Select(uevent => $"{uevent.Header} {string.Join(' ', uevent.Variables.Skip(2))}"));
    }
}
