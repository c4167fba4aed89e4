using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Mtty;

public class MttyModuleTests
{
    private const string Parent = "devices/virtual/mtty/mtty";

    [Fact]
    public void Types_AfterLoad_AreTheMeasuredOnes()
    {
        VendorHost host = VendorHost.Load("mtty");

        Assert.Equal(["mtty-1", "mtty-2"], host.Types(Parent));
        Assert.Equal("Single port serial\n", host.CatType(Parent, "mtty-1", "name"));
        Assert.Equal("Dual port serial\n", host.CatType(Parent, "mtty-2", "name"));
        Assert.Equal("vfio-pci\n", host.CatType(Parent, "mtty-1", "device_api"));
        Assert.Equal(
            ["device_api", "devices", "create", "available_instances", "name"],
            host.Tree.List($"{Parent}/mdev_supported_types/mtty-1"));
    }

    [Fact]
    public void Device_OnceCreated_HasTheMeasuredEntries()
    {
        VendorHost host = VendorHost.Load("mtty");
        Assert.Equal(36, host.Create(Parent, "mtty-1").Value);

        Assert.Equal(
            ["uevent", "vendor", "iommu_group", "power", "driver", "vfio-dev", "mdev_type", "subsystem", "remove"],
            host.Tree.List($"{Parent}/{VendorHost.Uuid}"));
        Assert.Equal(
            $"This is MDEV {VendorHost.Uuid}\n",
            host.Tree.Cat($"{Parent}/{VendorHost.Uuid}/vendor/sample_mdev_dev").Value);
    }

    [Fact]
    public void Ports_OfAllTypes_AreTwentyFour()
    {
        VendorHost host = VendorHost.Load("mtty");
        Assert.Equal("24,12", host.Available(Parent));
        for (int i = 0; i < 11; i++)
        {
            Assert.True(host.Create(Parent, "mtty-2", VendorHost.NumberedUuid(i)).IsOk);
        }

        host.Create(Parent, "mtty-1", VendorHost.NumberedUuid(100));
        Assert.Equal("1,0", host.Available(Parent));
        Assert.Equal(Errno.ENOSPC, host.Create(Parent, "mtty-2").Error);
        Assert.True(host.Create(Parent, "mtty-1").IsOk);
        Assert.Equal(Errno.ENOSPC, host.Create(Parent, "mtty-1", VendorHost.NumberedUuid(101)).Error);
    }

    [Theory]
    [InlineData("1.0", "mtty-1.0-ports=1\n")]
    [InlineData("2.3.4", "mtty-2.3.4-ports=1\n")]
    public void MigrationVersion_WhenAskedFor_CarriesTheSoftwareVersion(string software, string version)
    {
        VendorHost host = VendorHost.Load("mtty", ("migration_version", "true"), ("software_version", software));
        host.Create(Parent, "mtty-1");

        Assert.Equal(version, host.CatType(Parent, "mtty-1", "migration_version"));
        Assert.Equal(version, host.Tree.Cat($"{Parent}/{VendorHost.Uuid}/migration_version").Value);
    }

    [Fact]
    public void MigrationVersion_OnAFullParent_IsAcceptedAsBefore()
    {
        VendorHost host = VendorHost.Load("mtty", ("migration_version", "true"));
        for (int i = 0; i < 24; i++)
        {
            host.Create(Parent, "mtty-1", VendorHost.NumberedUuid(i));
        }

        Assert.Equal("0,0", host.Available(Parent));
        Assert.Equal(16, host.Tree.Echo("mtty-1.0-ports=1", $"{Parent}/mdev_supported_types/mtty-1/migration_version").Value);
    }

    [Theory]
    [InlineData("mtty-2.0.1-ports=1", "2.1.1", null)]
    [InlineData("mtty-2.0.1-ports=1\n", "2.0.0", null)]
    [InlineData("mtty-2.1.1-ports=1", "2.0.1", "software-version")]
    [InlineData("mtty-2.0.0-ports=1", "3.0.0", "software-version")]
    [InlineData("mtty-2.0.0-ports=2", "2.0.0", "ports")]
    [InlineData("mtty-2.0.0-ports=1\n\n", "2.0.0", "format")]
    [InlineData("mtty-2.0.0-ports=-1", "2.0.0", "format")]
    [InlineData("mtty-2.0.0-ports=", "2.0.0", "format")]
    [InlineData("mtty-2.0.0", "2.0.0", "format")]
    [InlineData("mtty-ports=1", "2.0.0", "format")]
    [InlineData("-ports=1", "2.0.0", "format")]
    [InlineData("MTTY-2.0.0-ports=1", "2.0.0", "format")]
    public void Judge_OfASource_FollowsTheRules(string source, string software, string? rule)
    {
        VendorHost host = VendorHost.Load("mtty", ("migration_version", "true"), ("software_version", software));
        Compatibility.Verdict verdict = VendorHost.Judge(host.TypeCompatibility("mtty-1"), source);

        Assert.Equal(rule is null, verdict.IsAccepted);
        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "software-version", verdict.Rule);
    }
}
