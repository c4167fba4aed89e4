using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;

namespace VfioMigration.Lab.Tests;

public class HostSetTests
{
    [Fact]
    public void Boot_OfTheDefaultLab_HasNoProblems()
    {
        var problems = new List<string>();
        LabOptions options = LabOptionsReader.Read(LabConfiguration.Load(null, out _)!, problems);
        var lab = HostSet.Boot(options, TimeProvider.System, problems);

        Assert.Empty(problems);
        Assert.Equal(
            ["vfio", "vfio_iommu_type1", "mdev", "mtty", "mdpy", "mbochs", "i915", "vfio_ccw", "vfio_pci"],
            Assert.Single(lab.Hosts).Modules.Loaded);
    }

    [Fact]
    public void Find_OfHosts_IsByName()
    {
        var problems = new List<string>();
        var lab = HostSet.Boot(
            new LabOptions([new HostOptions("left", [], [], []), new HostOptions("right", [], [], [])], null, false),
            TimeProvider.System,
            problems);

        Assert.Empty(problems);
        Assert.Same(lab.Hosts[1], lab.Find("right"));
        Assert.Null(lab.Find("middle"));
    }

    [Fact]
    public void Boot_WithoutADriversFolder_IsAProblem()
    {
        var problems = new List<string>();
        HostSet.Boot(new LabOptions([new HostOptions("left", [], [], [])], "/nosuch/drivers", false), TimeProvider.System, problems);

        Assert.Equal(["drivers_path: /nosuch/drivers: no such folder"], problems);
    }

    /// <summary>The README mounts it.</summary>
    [Fact]
    public void Boot_OfTheSampleWithEveryDriver_LoadsEachOfThem()
    {
        var problems = new List<string>();
        LabOptions options = LabOptionsReader.Read(LabConfiguration.Load(Documents.Path("samples/every-driver.json"), out _)!, problems);
        var lab = HostSet.Boot(options, TimeProvider.System, problems);

        Assert.Empty(problems);
        Assert.All(lab.Hosts.Take(2), host => Assert.Empty(new DriverCatalogue(null, problems).Names.Except(host.Modules.Loaded)));
    }
}
