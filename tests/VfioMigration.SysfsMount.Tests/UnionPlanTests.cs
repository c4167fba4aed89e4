using VfioMigration.Sysfs;

namespace VfioMigration.SysfsMount.Tests;

/// <summary>A temporary folder stands for the real sysfs.</summary>
public sealed class UnionPlanTests : IDisposable
{
    private readonly DriverCore core = new(TimeProvider.System);
    private readonly string real = Directory.CreateTempSubdirectory("vfiomig-union-").FullName;

    public void Dispose() => Directory.Delete(real, recursive: true);

    [Fact]
    public void NameThatTheTreeLacks_IsAdded()
    {
        Make("firmware/acpi/");
        Make("top");
        File.CreateSymbolicLink(Path.Combine(real, "link"), "firmware/acpi");

        Assert.Equal(
            [
                new UnionEntry("firmware", UnionEntryKind.Directory),
                new UnionEntry("link", UnionEntryKind.Link, "firmware/acpi"),
                new UnionEntry("top", UnionEntryKind.File),
            ],
            Plan());
    }

    [Fact]
    public void DirectoryOfDifferentOwners_IsMerged()
    {
        Make("class/net/");
        Make("class/misc/fuse/");
        Make("devices/virtual/tty/");

        Assert.Equal(["class/misc/fuse", "class/net", "devices/virtual/tty"], Plan().Select(entry => entry.Path));
    }

    [Fact]
    public void DirectoryOfOneOwner_IsTheTreesOwn()
    {
        core.CreateDirectory(core.Modules, "mdev");
        core.CreateDirectory(core.Devices, "own");
        Make("module/mdev/parameters/");
        Make("devices/own/power/");

        Assert.Empty(Plan());
    }

    [Theory]
    [InlineData("bus/pci/")]
    [InlineData("bus/mdev/devices/")]
    [InlineData("bus/css/")]
    [InlineData("bus/ap/")]
    [InlineData("class/pci_bus/")]
    [InlineData("class/mdev_bus/")]
    [InlineData("class/vfio/")]
    [InlineData("kernel/iommu_groups/7/")]
    public void BusOfTheTree_AndWhatFollowsFromIt_IsTheTreesAlone(string path)
    {
        Make(path);

        Assert.DoesNotContain(Plan(), entry => path.StartsWith(entry.Path + "/", StringComparison.Ordinal) && entry.Path.Contains('/'));
    }

    /// <summary>The function is a placeholder, without a file of its own; what is behind it on another bus is the machine's.</summary>
    [Theory]
    [InlineData("pci0000:00", "pci")]
    [InlineData("pci10000:e0", "pci")]
    [InlineData("css0", "css")]
    [InlineData("ap", "ap")]
    public void DeviceOfAHiddenBus_IsAPlaceholderForWhatIsBehindIt(string root, string bus)
    {
        MakeDevice($"devices/{root}/one", bus);
        MakeDevice($"devices/{root}/one/two", bus);
        MakeDevice($"devices/{root}/one/two/virtio1", "virtio");
        Make($"devices/{root}/one/two/resource");
        Make($"devices/{root}/one/two/power/control");
        Make($"devices/{root}/one/two/net/eth0/mtu");

        Assert.Equal(
            [
                new UnionEntry($"devices/{root}", UnionEntryKind.Placeholder),
                new UnionEntry($"devices/{root}/one", UnionEntryKind.Placeholder),
                new UnionEntry($"devices/{root}/one/two", UnionEntryKind.Placeholder),
                new UnionEntry($"devices/{root}/one/two/net", UnionEntryKind.Directory),
                new UnionEntry($"devices/{root}/one/two/virtio1", UnionEntryKind.Directory),
            ],
            Plan());
    }

    /// <summary>Links to what is behind it need not dangle.</summary>
    [Fact]
    public void FunctionWithTheAddressOfTheMachines_TakesOnWhatIsBehindThat()
    {
        Kobject bus = core.CreateDirectory(core.Devices, "pci0000:00").Value;
        core.CreateDirectory(core.CreateDirectory(bus, "0000:00:01.0").Value, "net");
        MakeDevice("devices/pci0000:00/0000:00:01.0", "pci");
        MakeDevice("devices/pci0000:00/0000:00:01.0/virtio1", "virtio");
        Make("devices/pci0000:00/0000:00:01.0/net/eth0/mtu");
        Make("devices/pci0000:00/0000:00:01.0/resource");

        Assert.Equal([new UnionEntry("devices/pci0000:00/0000:00:01.0/virtio1", UnionEntryKind.Directory)], Plan());
    }

    [Fact]
    public void LinkToADriverOfAHiddenBus_IsLeftOutOfItsModule()
    {
        Make("module/both/parameters/");
        Make("module/both/version");
        Make("module/both/drivers/");
        Link("module/both/drivers/pci:both", "../../../bus/pci/drivers/both");
        Link("module/both/drivers/platform:both", "../../../bus/platform/drivers/both");
        Make("bus/platform/drivers/both/");

        Assert.Equal(
            [
                new UnionEntry("bus/platform", UnionEntryKind.Directory),
                new UnionEntry("module/both", UnionEntryKind.Placeholder),
                new UnionEntry("module/both/drivers", UnionEntryKind.Placeholder),
                new UnionEntry("module/both/drivers/platform:both", UnionEntryKind.Link, "../../../bus/platform/drivers/both"),
                new UnionEntry("module/both/parameters", UnionEntryKind.Directory),
                new UnionEntry("module/both/version", UnionEntryKind.File),
            ],
            Plan());
    }

    [Theory]
    [InlineData("../../devices/virtual/misc/loop", true)]
    [InlineData("../../devices/virtual/misc/gone", false)]
    [InlineData("../../devices/pci0000:00/0000:00:01.0", true)]
    [InlineData("../../devices/pci0000:00/0000:00:01.0/resource", false)]
    [InlineData("../../bus/pci", false)]
    public void Link_IsShownWhenItLeadsSomewhere(string target, bool isShown)
    {
        Make("devices/virtual/misc/loop/");
        MakeDevice("devices/pci0000:00/0000:00:01.0", "pci");
        Make("devices/pci0000:00/0000:00:01.0/resource");
        Make("bus/pci/");
        Make("dev/char/");
        Link("dev/char/10:237", target);

        Assert.Equal(isShown, Plan().Any(entry => entry.Path == "dev/char/10:237"));
    }

    [Fact]
    public void SameName_WhereTheTreeWins()
    {
        DriverCore.CreateLink(core.Classes, "odd", core.Devices);
        Make("class/odd/inside/");
        Directory.CreateDirectory(Path.Combine(real, "kernel"));
        File.CreateSymbolicLink(Path.Combine(real, "bus"), "devices");

        Assert.Empty(Plan());
    }

    [Fact]
    public void MissingRoot_AddsNothing() => Assert.Empty(UnionPlan.Compute(core.Tree.Root, Path.Combine(real, "missing")));

    private IOrderedEnumerable<UnionEntry> Plan() =>
        UnionPlan.Compute(core.Tree.Root, real).OrderBy(entry => entry.Path, StringComparer.Ordinal);

    private void MakeDevice(string path, string bus)
    {
        Make($"{path}/uevent");
        Link($"{path}/subsystem", $"somewhere/bus/{bus}");
    }

    private void Link(string path, string target) => File.CreateSymbolicLink(Path.Combine(real, path), target);

    /// <summary>A directory when the path ends with a slash, else an empty file.</summary>
    private void Make(string path)
    {
        string whole = Path.Combine(real, path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        if (!path.EndsWith('/'))
        {
            File.WriteAllText(whole, "");
        }
    }
}
