using VfioMigration.Compatibility;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Qat;

/// <summary>P1, feature sets: the target offers all algorithms of the source.</summary>
public class QatCompatibilityTests
{
    private const string Start = "qat-device_api=vfio-pci,pci_id=8086-4941,algorithms=";
    private const string Own = Start + "aes-cbc%2Caes-gcm%2Csha256,software_version=1.1";

    [Theory]
    [InlineData(Own, null)]
    [InlineData(Own + "\n", null)]
    [InlineData(Start + "aes-gcm,software_version=1.0", null)]
    [InlineData(Start + "sha256%2Caes-cbc,software_version=1.0", null)]
    [InlineData(Start + ",software_version=1.0", null)]
    [InlineData(Start + "aes-cbc%2Caes-gcm%2Csha256%2Csm4,software_version=1.0", "algorithms")]
    [InlineData(Start + "sm4,software_version=1.0", "algorithms")]
    [InlineData(Start + "aes-cbc,software_version=1.2", "software-version")]
    [InlineData(Start + "aes-cbc,software_version=2.0", "software-version")]
    [InlineData("qat-device_api=vfio-pci,pci_id=8086-4943,algorithms=aes-cbc,software_version=1.0", "vendor-device-id")]
    [InlineData(Start + "aes-cbc,aes-gcm,software_version=1.0", "format")]
    [InlineData("qat-8086-4941", "format")]
    [InlineData("", "format")]
    public void Judge_OfASource_FollowsTheRules(string source, string? rule)
    {
        IMigrationCompatibility target = VendorHost.LoadFunctions("qat", ("software_version", "1.1")).PciCompatibility();
        Verdict verdict = VendorHost.Judge(target, source);

        Assert.Equal(Own, target.GetVersion().Value);
        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "algorithms", verdict.Rule);
        Assert.StartsWith("qat: ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_OfAnAlgorithm_NamesIt() => Assert.Equal(
        "qat: this device lacks the source's algorithms sm3, sm4",
        VendorHost.Judge(VendorHost.LoadFunctions("qat").PciCompatibility(), Start + "sm3%2Csm4%2Caes-cbc,software_version=1.0").Reason);

    [Fact]
    public void Option_Off_LeavesTheAttributeOut() => Assert.False(
        VendorHost.LoadFunctions("qat", ("migration_version", "false")).Tree.Exists($"{VendorHost.Crypto}/migration_version"));
}
