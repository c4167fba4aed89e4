using System.Text;

using VfioMigration.Lab;
using VfioMigration.Lab.Guests;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>A device with a guest on it is a reference: to the module of its driver, and to its removal.</summary>
public class OpenDeviceTests
{
    public static TheoryData<string> Vendors => [.. VendorDevice.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Vendors))]
    public void Module_OfADeviceInUse_CountsItAndIsNotUnloaded(string vendor)
    {
        (Host host, VfioDevice device) = Create(vendor);
        string module = device.Device.Driver!.Module.Name;
        Assert.Equal("0\n", host.Core.Tree.Cat($"module/{module}/refcnt").Value);
        Assert.Equal(Errno.None, host.Guests.Start(device, Quiet));
        Assert.Equal("1\n", host.Core.Tree.Cat($"module/{module}/refcnt").Value);
        Assert.Equal(Errno.EAGAIN, host.UnloadModule(module).Error);
        Assert.Equal("running", GuestTable.StatusOf(host.Guests.Find(device)));
        Assert.Equal(Errno.None, host.Guests.Stop(device));
        Assert.Equal("0\n", host.Core.Tree.Cat($"module/{module}/refcnt").Value);

        Assert.Equal(Errno.None, host.UnloadModule(module).Error);
        Assert.Empty(host.Vfio.Devices);
    }

    /// <summary>NOTES.md, 18 and 20.</summary>
    [Theory]
    [MemberData(nameof(Vendors))]
    public async Task Unbind_OfADeviceInUse_WaitsForTheGuest(string vendor)
    {
        (Host host, VfioDevice device) = Create(vendor);
        Assert.Equal(Errno.None, host.Guests.Start(device, Quiet));
        DeviceDriver driver = device.Device.Driver!;
        string unbind = $"bus/{driver.Bus.Name}/drivers/{driver.Name}/unbind";
        string bind = $"bus/{driver.Bus.Name}/drivers/{driver.Name}/bind";
        Thread? writer = null;
        Task<Result<int>> unbound = Background.Run(() => host.Core.Tree.Echo(device.Device.Name, unbind), thread => writer = thread);
        Background.WaitUntilBlocked(writer!);

        Assert.False(unbound.IsCompleted);
        Assert.Same(device, host.Vfio.Find(device.Device.Name));
        Assert.Equal((Errno.None, Errno.None), (host.Guests.Control(device, "pause"), host.Guests.Control(device, "resume")));
        Assert.StartsWith("ok", host.Guests.Find(device)!.Verify().Value);
        Assert.Equal("running\n", host.Core.Tree.Cat($"kernel/debug/vfiomig/{device.Device.Name}/guest/status").Value);
        Assert.Equal(Errno.ENODEV, device.Hold().Error);
        Assert.Equal(Errno.None, host.Guests.Stop(device));

        Assert.Equal(device.Device.Name.Length, (await unbound.WaitAsync(Background.Patience)).Value);
        Assert.Null(host.Vfio.Find(device.Device.Name));
        Assert.False(host.Core.Tree.Exists($"kernel/debug/vfiomig/{device.Device.Name}"));
        Assert.NotEqual(Errno.EBUSY, host.Core.Tree.Echo(device.Device.Name, bind).Error);
    }

    [Theory]
    [InlineData("mtty-1")]
    [InlineData("mdpy")]
    [InlineData("i915")]
    [InlineData("wrapper_mdev")]
    public async Task Remove_OfADeviceInUse_WaitsForTheGuestWhateverSignalComes(string vendor)
    {
        (Host host, VfioDevice device) = Create(vendor);
        VendorDevice row = VendorDevice.Named(vendor);
        string available = $"{row.Parent}/mdev_supported_types/{row.Type}/available_instances";
        string left = host.Core.Tree.Cat(available).Value;
        string directory = $"{row.Parent}/{VendorHost.Uuid}";
        Assert.Equal(Errno.None, host.Guests.Start(device, Quiet));
        using var signal = new CancellationTokenSource();
        Thread? writer = null;
        Task<Result<int>> removed = Background.Run(() => Write(host, $"{directory}/remove", new KernfsCaller(1, signal.Token)), thread => writer = thread);
        Background.WaitUntilBlocked(writer!);
        await signal.CancelAsync();

        // A thread is blocked in other places, too, before it waits for the guest: the line says that it does.
        Assert.True(SpinWait.SpinUntil(() => IsReported(host), Background.Patience));
        Background.WaitUntilBlocked(writer!);

        Assert.False(removed.IsCompleted);
        Assert.Equal(["iommu_group"], host.Core.Tree.List(directory));
        Assert.False(host.Core.Tree.Exists($"bus/mdev/devices/{VendorHost.Uuid}"));
        Assert.Equal(left, host.Core.Tree.Cat(available).Value);
        Assert.Equal(Errno.EEXIST, host.Core.Tree.Echo(VendorHost.Uuid, $"{row.Parent}/mdev_supported_types/{row.Type}/create").Error);
        Assert.Equal("running", GuestTable.StatusOf(host.Guests.Find(device)));
        Assert.Equal(Errno.None, host.Guests.Stop(device));

        Assert.True((await removed.WaitAsync(Background.Patience)).IsOk);
        Assert.False(host.Core.Tree.Exists(directory));
        Assert.NotEqual(left, host.Core.Tree.Cat(available).Value);
        Assert.Single(host.Core.Log.Snapshot(), IsInUseReport);
    }

    [Fact]
    public async Task UnbindOfTheParent_WaitsForItsGuestsOutsideOfTheDriver()
    {
        VendorHost lab = VendorHost.Load("i915", ("migration", "v2"));
        Assert.True(lab.Create(VendorHost.Graphics, "i915-GVTg_V5_8").IsOk);
        Assert.Equal(Errno.None, lab.Host.Guests.Start(lab.Device(), Quiet));
        Thread? writer = null;
        Task<Result<int>> unbound = Background.Run(() => lab.Tree.Echo("0000:00:02.0", "bus/pci/drivers/i915/unbind"), thread => writer = thread);
        Background.WaitUntilBlocked(writer!);
        Assert.False(unbound.IsCompleted);
        Assert.Equal(Errno.ENODEV, lab.Create(VendorHost.Graphics, "i915-GVTg_V5_8", VendorHost.NumberedUuid(9)).Error);
        lab.Host.Guests.Stop(lab.Device());

        Assert.True((await unbound.WaitAsync(Background.Patience)).IsOk);
        Assert.Empty(lab.Host.Vfio.Devices);
    }

    private static bool IsReported(Host host) => host.Core.Log.Snapshot().Any(IsInUseReport);

    private static bool IsInUseReport(KernelLogRecord record) => record.Text.Contains("Device is currently in use, task", StringComparison.Ordinal);

    private static GuestOptions Quiet => new(1, StepsPerSecond: 1, new());

    private static (Host Host, VfioDevice Device) Create(string vendor)
    {
        VendorDevice row = VendorDevice.Named(vendor);
        VendorHost lab = row.Load("v2");
        return (lab.Host, row.On(lab));
    }

    private static Result<int> Write(Host host, string path, KernfsCaller caller)
    {
        var file = new KernfsOpenFile();
        var node = Assert.IsType<KernfsFile>(host.Core.Tree.Root.FindPath(path));
        Assert.Equal(Errno.None, file.Open(host.Core.Tree.Root, node, OpenFlags.O_WRONLY));
        return file.Write(0, Encoding.ASCII.GetBytes("1"), caller);
    }
}
