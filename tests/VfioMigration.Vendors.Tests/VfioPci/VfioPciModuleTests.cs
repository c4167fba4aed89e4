using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.VfioPci;

public class VfioPciModuleTests
{
    private const string File = $"{VendorHost.Network}/migration_version";
    private const string Own = "8086-154c-vfio-pci-1.0";

    [Fact]
    public void Function_WithADefaultId_IsBoundAndHasOnlyTheDeviceNode()
    {
        VendorHost host = VendorHost.Load("vfio_pci");

        Assert.Equal("../../../bus/pci/drivers/vfio-pci", host.Tree.Readlink($"{VendorHost.Network}/driver"));
        Assert.Equal(Own + "\n", host.Tree.Cat(File).Value);
        Assert.False(host.Tree.Exists($"{VendorHost.Network}/mdev_supported_types"));
        Assert.False(host.Tree.Exists($"{VendorHost.Graphics}/migration_version"));
    }

    [Fact]
    public void Function_Unbound_LosesTheAttribute()
    {
        VendorHost host = VendorHost.Load("vfio_pci");
        host.Tree.Echo("0000:06:10.0", "bus/pci/drivers/vfio-pci/unbind");
        Assert.False(host.Tree.Exists(File));

        host.Tree.Echo("0000:06:10.0", "bus/pci/drivers/vfio-pci/bind");
        Assert.True(host.Tree.Exists(File));
    }

    [Fact]
    public void Ids_FromTheOptions_DecideWhatIsBound()
    {
        VendorHost host = VendorHost.Load("vfio_pci", ("ids", "8086:591d, 8086:193b"));

        Assert.True(host.Tree.Exists($"{VendorHost.Graphics}/driver"));
        Assert.True(host.Tree.Exists($"{VendorHost.OtherGraphics}/driver"));
        Assert.False(host.Tree.Exists($"{VendorHost.Network}/driver"));
    }

    [Fact]
    public void Refusal_OnAFunction_LeavesALineWithTheReason()
    {
        VendorHost host = VendorHost.Load("vfio_pci");
        Assert.Equal(Errno.EINVAL, host.Tree.Echo("8086-154d-vfio-pci-1.0\n", File).Error);

        string line = host.Tree.LogTexts()[^1];
        Assert.StartsWith("vfio-pci 0000:06:10.0: migration_version: refused with EINVAL: vfio-pci: ", line, StringComparison.Ordinal);
        Assert.EndsWith($"[vendor-device-id], local \"{Own}\", remote \"8086-154d-vfio-pci-1.0\"", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Own, null)]
    [InlineData("8086-154c-vfio-pci-1.0.5\n", null)]
    [InlineData("8086-154c-vfio-pci-1.1", "software-version")]
    [InlineData("8086-154c-vfio-pci-2.0", "software-version")]
    [InlineData("8086-154d-vfio-pci-1.0", "vendor-device-id")]
    [InlineData("10de-154c-vfio-pci-1.0", "vendor-device-id")]
    [InlineData("8086-154c-vfio-pci-", "format")]
    [InlineData("8086-154c-vfio-pci-1", "format")]
    [InlineData("8086:154c-vfio-pci-1.0", "format")]
    [InlineData("80 6-154c-vfio-pci-1.0", "format")]
    [InlineData("8086-154c-vfio-ccw-1.0", "format")]
    [InlineData("", "format")]
    public void Judge_OfASource_FollowsTheRules(string source, string? rule)
    {
        Compatibility.Verdict verdict = VendorHost.Judge(VendorHost.Load("vfio_pci").PciCompatibility(), source);

        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "software-version", verdict.Rule);
    }
}
