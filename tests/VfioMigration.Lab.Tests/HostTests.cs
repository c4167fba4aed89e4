using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests;

public class HostTests
{
    [Fact]
    public void Boot_WithADriver_LoadsItAndWhatItNeeds()
    {
        Host host = TestHosts.WithDriver("mtty");

        Assert.Empty(host.Boot());
        Assert.Equal(["vfio", "vfio_iommu_type1", "mdev", "mtty"], host.Modules.Loaded);
        Assert.Equal("../../devices/virtual/mtty/mtty", host.Core.Tree.Readlink("class/mdev_bus/mtty"));
    }

    [Fact]
    public void Boot_WithAnUnknownDriver_NamesItsKey()
    {
        string problem = Assert.Single(TestHosts.WithDriver("nosuch").Boot());

        Assert.StartsWith("hosts:0:drivers:0:name: no driver 'nosuch' in ", problem, StringComparison.Ordinal);
        Assert.Contains("mtty", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Boot_WithADriverNotToBeLoaded_KeepsItsOptionsForLater()
    {
        Host host = TestHosts.WithDrivers(
            null,
            new DriverOptions("mtty", new Dictionary<string, string> { ["migration_version"] = "true" }, false, "key"));
        Assert.Empty(host.Boot());
        Assert.Null(host.Modules.Find("mtty"));

        Assert.Equal((Errno.None, null), host.LoadModule("mtty"));
        Assert.True(host.Core.Tree.Exists("devices/virtual/mtty/mtty/mdev_supported_types/mtty-1/migration_version"));
    }

    [Theory]
    [InlineData("mtty", "no_such_option", "1", "no_such_option: unknown option; known are: migration, migration_version, software_version")]
    [InlineData("mtty", "migration_version", "maybe", "migration_version: 'maybe' is not true or false")]
    [InlineData("mtty", "software_version", "1", "software_version: '1' is not MAJOR.MINOR[.BUGFIX]")]
    [InlineData("mbochs", "max_mbytes", "3", "max_mbytes: '3' is not a number from 4 to 1048576")]
    [InlineData("i915", "policy", "loose", "policy: 'loose' is not strict or relaxed")]
    [InlineData("i915", "software_version", "-1", "software_version: '-1' is neither a number below 2^31 nor 'undefined'")]
    [InlineData("i915", "software_version", "2147483648", "software_version: '2147483648' is neither a number below 2^31 nor 'undefined'")]
    [InlineData("vfio_pci", "ids", "8086", "ids: '8086' is not of the form vvvv:dddd")]
    [InlineData("vfio_ap", "adapters", "0-256", "adapters: '0-256' is neither 'none' nor numbers and ranges from 0 to 255")]
    [InlineData("vfio_ap", "aqmask", "5-4", "aqmask: '5-4' is neither 'none' nor numbers and ranges from 0 to 255")]
    [InlineData("nvidia", "personality", "mig", "personality: 'mig' is not mdev or vf")]
    [InlineData("nvme", "remote_url", "a b", "remote_url: 'a b' is not at most 200 printable ASCII characters without spaces and backslashes")]
    [InlineData("nvme", "software_version", "70000.1", "software_version: '70000.1' has a number above 65535")]
    [InlineData("qat", "algorithms", "AES", "algorithms: 'AES' is not at most 32 comma-separated names of up to 32 lower-case letters, digits and dashes")]
    [InlineData("hisi_acc_vfio_pci", "qp_num", "0", "qp_num: '0' is not a number from 1 to 1024")]
    [InlineData("wrapper_mdev", "vendor", "a-b", "vendor: 'a-b' is not made of letters, digits and underscores")]
    public void Boot_WithABadOption_NamesKeyDriverAndOption(string driver, string name, string value, string sentence)
    {
        Host host = TestHosts.WithDriver(driver, (name, value));

        Assert.Equal([$"hosts:0:drivers:0:name: options of {driver}: {sentence}"], host.Boot());
        Assert.DoesNotContain(driver, host.Modules.Loaded);
        Assert.False(host.Core.Tree.Exists($"module/{driver}"));
    }

    [Fact]
    public void Option_InAnotherCase_IsTheSameOption() =>
        Assert.Empty(TestHosts.WithDriver("mtty", ("Migration_Version", "TRUE")).Boot());

    [Fact]
    public void LoadModule_OfALoadedOne_SaysSo()
    {
        Host host = Booted("mtty");

        Assert.Equal((Errno.EEXIST, "cannot load mtty: it is already loaded (EEXIST)"), host.LoadModule("mtty"));
    }

    [Fact]
    public void LoadModule_OfAnUnknownOne_ListsWhatThereIs()
    {
        (Errno error, string? problem) = Booted("mtty").LoadModule("nosuch");

        Assert.Equal(Errno.ENOENT, error);
        Assert.Equal(
            "cannot load nosuch: no such driver (ENOENT); available: hisi_acc_vfio_pci, i40evf, i915, idxd, mbochs, mdev, mdpy, mtty, nvidia, nvme, qat, vfio, vfio_ap, vfio_ccw, vfio_iommu_type1, vfio_pci, wrapper_mdev",
            problem);
    }

    [Fact]
    public void DeclaredErrnos_AreListedAndNameWhatAnInitReturns()
    {
        Host host = Booted("mtty");
        host.Modules.MakeAvailable("acme", static () => new DeclaringModule("acme", Errno.None));
        host.Modules.MakeAvailable("failing", static () => new DeclaringModule("failing", (Errno)140));
        Assert.Equal("", host.Core.Tree.Cat("kernel/debug/vfiomig/errnos").Value);

        Assert.Equal((Errno.None, null), host.LoadModule("acme"));
        Assert.Equal("cannot load failing: errno 140 (ENOMIGRATION)", host.LoadModule("failing").Problem);

        Assert.Equal("acme ENOMIGRATION=140\n", host.Core.Tree.Cat("kernel/debug/vfiomig/errnos").Value);
    }

    [Fact]
    public void UnloadModule_OfOneNotLoaded_ListsWhatIs() =>
        Assert.Equal(
            (Errno.ENOENT, "cannot unload mdpy: it is not loaded (ENOENT); loaded: vfio, vfio_iommu_type1, mdev, mtty"),
            Booted("mtty").UnloadModule("mdpy"));

    [Fact]
    public void UnloadModule_OfOneInUse_SaysSo() =>
        Assert.Equal((Errno.EAGAIN, "cannot unload mdev: it is in use (EAGAIN)"), Booted("mtty").UnloadModule("mdev"));

    [Fact]
    public void UnloadAndLoad_OfADriver_LeaveItAsBefore()
    {
        Host host = Booted("mtty");
        Assert.Equal((Errno.None, null), host.UnloadModule("mtty"));
        Assert.False(host.Core.Tree.Exists("devices/virtual/mtty") || host.Core.Tree.Exists("class/mtty"));

        Assert.Equal((Errno.None, null), host.LoadModule("mtty"));
        Assert.True(host.Core.Tree.Exists("devices/virtual/mtty/mtty/mdev_supported_types/mtty-2"));
    }

    [Fact]
    public void Hosts_InOneProcess_ShareNothing()
    {
        Host one = Booted("mtty");
        Host other = Booted("mtty");
        one.UnloadModule("mtty");

        Assert.True(other.Core.Tree.Exists("devices/virtual/mtty/mtty"));
        Assert.NotEqual(one.Core.Tree.Uevents.SeqNum, other.Core.Tree.Uevents.SeqNum);
    }

    private static Host Booted(string driver)
    {
        Host host = TestHosts.WithDriver(driver);
        Assert.Empty(host.Boot());
        return host;
    }
    private sealed class DeclaringModule(string name, Errno outcome) : ModuleCode
    {
        public override string Name => name;

        public override IReadOnlyDictionary<string, int> Errnos => new Dictionary<string, int> { ["ENOMIGRATION"] = 140 };

        protected override Errno Init(KernelModule module) => outcome;

        protected override void Exit(KernelModule module)
        {
        }
    }
}
