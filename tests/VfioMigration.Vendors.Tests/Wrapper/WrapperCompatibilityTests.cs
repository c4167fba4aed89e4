using VfioMigration.Compatibility;
using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Wrapper;

/// <summary>R18 and R19: a function and the mediated device around one, judged by the same rules.</summary>
public class WrapperCompatibilityTests
{
    private const string Type = "wrapper_mdev-154c";

    [Theory]
    [InlineData("i40evf-8086-154c-mdev-1.0", false, null)]
    [InlineData("i40evf-8086-154c-mdev-1.1", false, "software-version")]
    [InlineData("i40evf-8086-1889-mdev-1.0", false, "vendor-device-id")]
    [InlineData("i40evf-8086-154c-phys-1.0", false, "kind")]
    [InlineData("i40evf-8086-154c-phys-1.0", true, null)]
    [InlineData("i40evf-8086-154c-phys-1.1", true, "software-version")]
    [InlineData("i40evf-8086-1889-phys-1.0", true, "vendor-device-id")]
    [InlineData("ice-8086-154c-mdev-1.0", true, "format")]
    public void Judge_OfASource_FollowsTheRules(string source, bool hybrid, string? rule)
    {
        Verdict verdict = VendorHost.Judge(Wrapped(hybrid).TypeCompatibility("154c"), source);

        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "software-version", verdict.Rule);
        Assert.StartsWith("i40evf: ", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Strings_OfBothKinds_PassWhereHybridIsConfigured(bool hybrid)
    {
        IMigrationCompatibility mdev = Wrapped(hybrid).TypeCompatibility("154c");
        IMigrationCompatibility phys = Physical(hybrid).PciCompatibility();

        Assert.Equal(hybrid, VendorHost.Judge(mdev, phys.GetVersion().Value).IsAccepted);
        Assert.Equal(hybrid, VendorHost.Judge(phys, mdev.GetVersion().Value).IsAccepted);
        Assert.Equal(hybrid, ((RuleBasedCompatibility)mdev).Judge(phys.Describe().Value).IsAccepted);
        Assert.Equal(hybrid, ((RuleBasedCompatibility)phys).Judge(mdev.Describe().Value).IsAccepted);
    }

    [Fact]
    public void Alternatives_WithHybrid_HaveBothKindsAndTheOwnFirst() => Assert.Equal(
        ["i40evf-8086-154c-mdev-1.0", "i40evf-8086-154c-phys-1.0"],
        VendorHost.Judge(Wrapped(hybrid: true).TypeCompatibility("154c"), "nonsense").Alternatives);

    [Fact]
    public void State_OfTheFunction_MovesIntoTheMediatedDeviceAndBack()
    {
        VfioDevice phys = Physical(hybrid: true).Device("0000:06:10.0");
        VendorHost host = Wrapped(hybrid: true);
        host.Create(VendorHost.Network, Type);
        VfioDevice mdev = host.Device();
        phys.WriteRegion(0, 4, [1, 2, 3, 4]);
        mdev.Load(phys.Save());
        byte[] register = new byte[4];
        mdev.ReadRegion(0, 4, register);
        phys.Reset();
        byte[] back = mdev.Save();

        Assert.Equal([1, 2, 3, 4], register);
        Assert.Equal(Errno.None, phys.TryLoad(back));
    }

    private static VendorHost Wrapped(bool hybrid) => VendorHost.LoadWrapper([], ("hybrid", hybrid ? "true" : "false"));

    private static VendorHost Physical(bool hybrid) => VendorHost.LoadFunctions("i40evf", ("hybrid", hybrid ? "true" : "false"));
}
