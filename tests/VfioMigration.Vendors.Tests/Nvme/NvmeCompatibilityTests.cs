using VfioMigration.Compatibility;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Nvme;

/// <summary>R23 and R42: equal ids prove nothing, the place of the data decides.</summary>
public class NvmeCompatibilityTests
{
    private const string Own = "nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=8,remote_url=nvmf://a/1,software_version=1.1";

    [Theory]
    [InlineData(Own, null)]
    [InlineData(Own + "\n", null)]
    [InlineData("nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=8,remote_url=nvmf://a/1,software_version=1.0.7", null)]
    [InlineData("nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=8,remote_url=nvmf://b/1,software_version=1.1", "remote-url")]
    [InlineData("nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=8,remote_url=,software_version=1.1", "remote-url")]
    [InlineData("nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=16,remote_url=nvmf://a/1,software_version=1.1", "store")]
    [InlineData("nvme-device_api=vfio-pci,pci_id=1b36-0011,store_mb=8,remote_url=nvmf://a/1,software_version=1.1", "vendor-device-id")]
    [InlineData("nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=8,remote_url=nvmf://a/1,software_version=1.2", "software-version")]
    [InlineData("nvme-device_api=vfio-pci,pci_id=1b36-0010,store_mb=8,remote_url=nvmf://a/1,software_version=2.0", "software-version")]
    [InlineData("nvme-device_api=vfio-pci,pci_id=1b36-0010,remote_url=nvmf://a/1,software_version=1.1", "format")]
    [InlineData("1b36-0010-vfio-pci-1.0", "format")]
    [InlineData("", "format")]
    public void Judge_OfASource_FollowsTheRules(string source, string? rule)
    {
        IMigrationCompatibility target =
            VendorHost.LoadFunctions("nvme", ("remote_url", "nvmf://a/1"), ("software_version", "1.1")).PciCompatibility();
        Verdict verdict = VendorHost.Judge(target, source);

        Assert.Equal(Own, target.GetVersion().Value);
        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "remote-url", verdict.Rule);
        Assert.StartsWith("nvme: ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OfAUrlWithSeparators_ReadsItBack()
    {
        IMigrationCompatibility old = VendorHost.LoadFunctions("nvme", ("remote_url", "a,b=c%2C")).PciCompatibility();
        IMigrationCompatibility target = VendorHost.LoadFunctions("nvme", ("remote_url", "a,b=c%2C"), ("software_version", "1.1")).PciCompatibility();

        Assert.True(VendorHost.Judge(target, old.GetVersion().Value).IsAccepted);
    }

    [Fact]
    public void Option_Off_LeavesTheAttributeOut()
    {
        VendorHost host = VendorHost.LoadFunctions("nvme", ("migration_version", "false"));

        Assert.False(host.Tree.Exists($"{VendorHost.Storage}/migration_version"));
        Assert.True(host.Tree.Exists($"{VendorHost.Storage}/remote_url"));
    }
}
