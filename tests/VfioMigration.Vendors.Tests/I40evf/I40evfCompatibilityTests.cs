using VfioMigration.Compatibility;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.I40evf;

/// <summary>R5, R18, R55: a whole function, by itself.</summary>
public class I40evfCompatibilityTests
{
    private const string File = $"{VendorHost.Network}/migration_version";
    private const string Own = "i40evf-8086-154c-phys-1.1";

    [Fact]
    public void Function_WithTheOperations_HasTheDeviceNodeOnly()
    {
        VendorHost host = VendorHost.LoadFunctions("i40evf");

        Assert.Equal("i40evf-8086-154c-phys-1.0\n", host.Tree.Cat(File).Value);
        Assert.False(host.Tree.Exists($"{VendorHost.Network}/mdev_supported_types"));
    }

    [Fact]
    public void Function_PassedThrough_IsHeldWithoutMigrationAndAttribute()
    {
        VendorHost host = VendorHost.LoadFunctions("i40evf", ("passthrough", "true"));

        Assert.Null(host.Device("0000:06:10.0").Migration);
        Assert.False(host.Tree.Exists(File));
        Assert.Equal("1\n", host.Tree.Cat("module/i40evf/refcnt").Value);
    }

    [Theory]
    [InlineData(Own, null)]
    [InlineData(Own + "\n", null)]
    [InlineData("i40evf-8086-154c-phys-1.0.9", null)]
    [InlineData("i40evf-8086-154c-phys-1.2", "software-version")]
    [InlineData("i40evf-8086-154c-phys-2.0", "software-version")]
    [InlineData("i40evf-8086-1889-phys-1.0", "vendor-device-id")]
    [InlineData("i40evf-8086-154c-mdev-1.0", "kind")]
    [InlineData("i40evf-8086-154c-both-1.0", "format")]
    [InlineData("8086-154c-vfio-pci-1.0", "format")]
    [InlineData("", "format")]
    public void Judge_OfASource_FollowsTheRules(string source, string? rule)
    {
        Verdict verdict = VendorHost.Judge(VendorHost.LoadFunctions("i40evf", ("software_version", "1.1")).PciCompatibility(), source);

        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "software-version", verdict.Rule);
        Assert.StartsWith("i40evf: ", verdict.Reason, StringComparison.Ordinal);
    }
}
