using VfioMigration.Compatibility;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.HisiAcc;

/// <summary>What the match data of a stream say, as a string.</summary>
public class HisiAccCompatibilityTests
{
    private const string Own = "hisi_acc-device_api=vfio-pci,pci_id=19e5-a251,qp_num=64,eq_depth=2048,isolation=0,software_version=1.1";

    [Theory]
    [InlineData(Own, null)]
    [InlineData(Own + "\n", null)]
    [InlineData("hisi_acc-device_api=vfio-pci,pci_id=19e5-a251,qp_num=64,eq_depth=2048,isolation=0,software_version=1.0", null)]
    [InlineData("hisi_acc-device_api=vfio-pci,pci_id=19e5-a251,qp_num=64,eq_depth=2048,isolation=0,software_version=1.2", "software-version")]
    [InlineData("hisi_acc-device_api=vfio-pci,pci_id=19e5-a251,qp_num=64,eq_depth=2048,isolation=1,software_version=1.0", "isolation")]
    [InlineData("hisi_acc-device_api=vfio-pci,pci_id=19e5-a251,qp_num=64,eq_depth=1024,isolation=0,software_version=1.0", "eq_depth")]
    [InlineData("hisi_acc-device_api=vfio-pci,pci_id=19e5-a251,qp_num=32,eq_depth=2048,isolation=0,software_version=1.0", "qp_num")]
    [InlineData("hisi_acc-device_api=vfio-pci,pci_id=19e5-a256,qp_num=64,eq_depth=2048,isolation=0,software_version=1.0", "vendor-device-id")]
    [InlineData("19e5-a251", "format")]
    [InlineData("", "format")]
    public void Judge_OfASource_FollowsTheRules(string source, string? rule)
    {
        IMigrationCompatibility target = VendorHost.LoadFunctions("hisi_acc_vfio_pci", ("software_version", "1.1")).PciCompatibility();
        Verdict verdict = VendorHost.Judge(target, source);

        Assert.Equal(Own, target.GetVersion().Value);
        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "match-data", verdict.Rule);
        Assert.StartsWith("hisi_acc: ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Option_Off_LeavesTheAttributeOut() => Assert.False(
        VendorHost.LoadFunctions("hisi_acc_vfio_pci", ("migration_version", "false")).Tree.Exists($"{VendorHost.Accelerator}/migration_version"));
}
