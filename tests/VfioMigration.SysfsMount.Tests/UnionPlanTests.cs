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
        File.CreateSymbolicLink(Path.Combine(real, "link"), "../elsewhere");

        Assert.Equal(
            [
                new UnionEntry("firmware", UnionEntryKind.Directory),
                new UnionEntry("link", UnionEntryKind.Link, "../elsewhere"),
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
    [InlineData("pci0000:00", true)]
    [InlineData("pci0001:80", true)]
    [InlineData("platform", false)]
    public void PciRootBus_IsMerged(string name, bool merged)
    {
        core.CreateDirectory(core.Devices, name);
        Make($"devices/{name}/0000:00:01.0/");

        Assert.Equal(merged ? [$"devices/{name}/0000:00:01.0"] : [], Plan().Select(entry => entry.Path));
    }

    [Fact]
    public void DeviceBelowAPciRootBus_IsNotMerged()
    {
        Kobject bus = core.CreateDirectory(core.Devices, "pci0000:00").Value;
        core.CreateDirectory(bus, "0000:00:01.0");
        Make("devices/pci0000:00/0000:00:01.0/resource");

        Assert.Empty(Plan());
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
