using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests.Drivers;

public sealed class DriverCatalogueTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> problems = [];

    [Fact]
    public void Catalogue_OfTheDefaultFolder_HasTheDriversOfTheRepository()
    {
        var catalogue = new DriverCatalogue(null, problems);

        Assert.Empty(problems);
        Assert.Equal(["hisi_acc_vfio_pci", "i40evf", "i915", "idxd", "mbochs", "mdpy", "mtty", "nvidia", "nvme", "qat", "vfio_ap", "vfio_ccw", "vfio_pci", "wrapper_mdev"], catalogue.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Catalogue_OfAMissingFolder_NamesIt()
    {
        string missing = Path.Combine(folder.Path, "nosuch");

        Assert.Empty(new DriverCatalogue(missing, problems).Names);
        Assert.Equal([$"drivers_path: {missing}: no such folder"], problems);
    }

    [Fact]
    public void Catalogue_WithAFolderWithoutADriver_NamesItAndKeepsTheOthers()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
        folder.CopyDriver("mtty");

        Assert.Equal(["mtty"], new DriverCatalogue(folder.Path, problems).Names);
        Assert.Contains($"{Path.Combine(folder.Path, "empty")}: 0 candidate assemblies", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Catalogue_WithTwoDriversInAFolder_NamesTheFolder()
    {
        folder.CopyDriver("mtty", "both");
        folder.CopyDriver("mdpy", "both");

        Assert.Empty(new DriverCatalogue(folder.Path, problems).Names);
        Assert.Contains("both: 2 candidate assemblies", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfADriverInAFolderOfAnotherName_NamesBoth()
    {
        folder.CopyDriver("mtty", "other");

        AssertCannotLoad("other", "the driver calls itself 'mtty', its folder 'other'");
    }

    [Fact]
    public void Load_OfAFileThatIsNoAssembly_SaysSo()
    {
        folder.Write("noise/noise.dll", "not an assembly");

        AssertCannotLoad("noise", "cannot be loaded");
    }

    [Fact]
    public void Load_OfAnAssemblyWithoutADriver_SaysSo()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "uapi"));
        File.Copy(typeof(Errno).Assembly.Location, Path.Combine(folder.Path, "uapi", "uapi.dll"));

        AssertCannotLoad("uapi", "");
    }

    [Fact]
    public void Load_OfADriverWithABrokenDepsFile_SaysSo()
    {
        folder.CopyDriver("mtty");
        folder.Write("mtty/VfioMigration.Vendors.Mtty.deps.json", "not json");

        AssertCannotLoad("mtty", "VfioMigration.Vendors.Mtty");
    }

    public void Dispose() => folder.Dispose();

    private void AssertCannotLoad(string driver, string part)
    {
        Host host = TestHosts.WithDrivers(
            folder.Path,
            new DriverOptions(driver, new Dictionary<string, string>(), true, "hosts:0:drivers:0:name"));
        string problem = Assert.Single(host.Boot());

        Assert.StartsWith("hosts:0:drivers:0:name: ", problem, StringComparison.Ordinal);
        Assert.Contains(part, problem, StringComparison.Ordinal);
        Assert.Null(host.Modules.Find(driver));
    }
}
