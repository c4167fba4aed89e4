using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Tests;

public sealed class VfioCoreTests : IDisposable
{
    private readonly DriverCore core = new(TimeProvider.System);
    private readonly VfioCore vfio;
    private readonly ModuleList modules;
    private readonly Subscription<Uevent> uevents;

    public VfioCoreTests()
    {
        vfio = new VfioCore(core);
        modules = new ModuleList(core);
        modules.MakeAvailable(VfioModule.ModuleName, () => new VfioModule(vfio));
        modules.MakeAvailable(VfioIommuType1Module.ModuleName, () => new VfioIommuType1Module());
        uevents = core.Tree.Uevents.Subscribe();
    }

    /// <summary>uevents.txt, insmod vfio.ko and vfio_iommu_type1.ko.</summary>
    [Fact]
    public void Load_OfTheModules_SendsTheMeasuredUevents()
    {
        Assert.Equal(Errno.None, modules.Load(VfioIommuType1Module.ModuleName));

        IReadOnlyList<Uevent> sent = uevents.Drain();
        Assert.Equal(
            ["add@/devices/virtual/misc/vfio", "add@/class/vfio", "add@/class/vfio-dev", "add@/module/vfio", "add@/module/vfio_iommu_type1"],
            sent.Select(uevent => uevent.Header));
        Assert.Equal(["SUBSYSTEM=misc", "MAJOR=10", "MINOR=196", "DEVNAME=vfio/vfio", "DEVMODE=0666"], sent[0].Variables.Skip(2));
    }

    [Fact]
    public void Register_WhileVfioIsNotLoaded_IsENODEV()
    {
        Assert.Equal(Errno.ENODEV, vfio.RegisterEmulatedIommuDevice(AddDevice("a")));
        modules.Load(VfioModule.ModuleName);
        modules.Unload(VfioModule.ModuleName);

        Assert.Equal(Errno.ENODEV, vfio.RegisterEmulatedIommuDevice(AddDevice("b")));
        Assert.Empty(core.Tree.List("kernel/iommu_groups"));
    }

    [Fact]
    public void Register_OfADevice_MakesTheMeasuredTree()
    {
        modules.Load(VfioModule.ModuleName);
        VfioDevice registered = Register("card");

        Assert.Equal((0, 0, 1), (registered.Index, registered.GroupNumber, vfio.Devices.Count));
        Assert.Equal("../../kernel/iommu_groups/0", core.Tree.Readlink("devices/card/iommu_group"));
        Assert.Equal("../../../../devices/card", core.Tree.Readlink("kernel/iommu_groups/0/devices/card"));
        Assert.Equal("../../../card", core.Tree.Readlink("devices/card/vfio-dev/vfio0/device"));
        Assert.Equal("../../devices/virtual/vfio/0", core.Tree.Readlink("class/vfio/0"));
        Assert.Equal("../../devices/card/vfio-dev/vfio0", core.Tree.Readlink("class/vfio-dev/vfio0"));
        Assert.Equal("245:0\n", core.Tree.Cat("devices/virtual/vfio/0/dev").Value);
    }

    [Theory]
    [InlineData("name", "vfio-noiommu\n")]
    [InlineData("type", "unknown\n")]
    [InlineData("reserved_regions", "")]
    public void File_OfAGroup_HasTheMeasuredContent(string file, string content)
    {
        modules.Load(VfioModule.ModuleName);
        Register("card");

        Assert.Equal(content, core.Tree.Cat($"kernel/iommu_groups/0/{file}").Value);
    }

    [Fact]
    public void Type_OfAGroup_CannotBeChanged()
    {
        modules.Load(VfioModule.ModuleName);
        Register("card");

        Assert.Equal(Errno.EINVAL, core.Tree.Echo("DMA", "kernel/iommu_groups/0/type").Error);
    }

    [Fact]
    public void RegisterAndUnregister_OfADevice_SendUeventsInTheMeasuredOrder()
    {
        modules.Load(VfioModule.ModuleName);
        uevents.Drain();
        VfioDevice registered = Register("card");
        vfio.Unregister(registered);

        Assert.Equal(
            [
                "add@/devices/virtual/vfio/0", "add@/devices/card/vfio-dev/vfio0",
                "remove@/devices/card/vfio-dev/vfio0", "remove@/devices/virtual/vfio/0",
            ],
            uevents.DrainHeaders());
    }

    [Fact]
    public void Unregister_OfADevice_LeavesNothing()
    {
        modules.Load(VfioModule.ModuleName);
        VfioDevice registered = Register("card");
        Assert.Equal(["power", "uevent"], WithoutRegistration());

        vfio.Unregister(registered);

        Assert.Equal(WithoutRegistration(), core.Tree.List("devices/card").Order(StringComparer.Ordinal));
        Assert.Empty(core.Tree.List("kernel/iommu_groups"));
        Assert.Empty(core.Tree.List("class/vfio"));
        Assert.Empty(core.Tree.List("class/vfio-dev"));
        Assert.False(core.Tree.Exists("devices/virtual/vfio"));
        Assert.Empty(vfio.Devices);

        static string[] WithoutRegistration() => ["power", "uevent"];
    }

    [Fact]
    public void RegisterAndUnregister_OfADevice_LogTheMeasuredLines()
    {
        modules.Load(VfioModule.ModuleName);
        vfio.Unregister(Register("card"));

        Assert.Equal([" card: Adding to iommu group 0", " card: Removing from iommu group 0"], core.Tree.LogTexts());
    }

    [Fact]
    public void Numbers_OfReturnedDevices_AreReusedLowestFirst()
    {
        modules.Load(VfioModule.ModuleName);
        VfioDevice[] registered = [Register("a"), Register("b"), Register("c")];
        vfio.Unregister(registered[1]);
        vfio.Unregister(registered[0]);

        Assert.Equal([(0, 0), (1, 1), (3, 3)], Enumerable.Range(0, 3).Select(i => Numbers(Register($"new{i}"))));
    }

    [Fact]
    public void Refcnt_OfVfio_IsOneWhileThereAreDevices()
    {
        modules.Load(VfioModule.ModuleName);
        Assert.Equal("0\n", core.Tree.Cat("module/vfio/refcnt").Value);
        VfioDevice[] registered = [Register("a"), Register("b")];
        Assert.Equal("1\n", core.Tree.Cat("module/vfio/refcnt").Value);
        Assert.Equal(Errno.EAGAIN, modules.Unload(VfioModule.ModuleName));
        Array.ForEach(registered, vfio.Unregister);

        Assert.Equal(Errno.None, modules.Unload(VfioModule.ModuleName));
        Assert.False(core.Tree.Exists("class/vfio") || core.Tree.Exists("class/vfio-dev") || core.Tree.Exists("devices/virtual/misc"));
    }

    [Fact]
    public void RegisteredDevices_AreFoundByTheirName()
    {
        modules.Load(VfioModule.ModuleName);
        VfioDevice[] registered = [Register("a"), Register("b")];

        Assert.Equal(registered, vfio.Devices);
        Assert.Same(registered[1], vfio.Find("b"));
        Assert.Null(vfio.Find("c"));
    }

    [Fact]
    public void RegisterAndUnregister_RaiseTheirEventsWhenTheDeviceCanBeUsedAndWhenItIsUsedNoMore()
    {
        var seen = new List<string>();
        vfio.DeviceRegistered += device => seen.Add($"+{device.Device.Name} {core.Tree.Exists("class/vfio-dev/vfio0")}");
        vfio.DeviceUnregistering += device => seen.Add($"-{device.Device.Name} {core.Tree.Exists("class/vfio-dev/vfio0")}");
        modules.Load(VfioModule.ModuleName);
        vfio.Unregister(Register("card"));

        Assert.Equal(["+card True", "-card False"], seen);
    }

    public void Dispose() => uevents.Dispose();

    private static (int Index, int Group) Numbers(VfioDevice device) => (device.Index, device.GroupNumber);

    private VfioDevice AddDevice(string name)
    {
        var device = new Device(core, name);
        Assert.Equal(Errno.None, device.Add());
        return new VfioDevice(device);
    }

    private VfioDevice Register(string name)
    {
        VfioDevice device = AddDevice(name);
        Assert.Equal(Errno.None, vfio.RegisterEmulatedIommuDevice(device));
        return device;
    }
}
