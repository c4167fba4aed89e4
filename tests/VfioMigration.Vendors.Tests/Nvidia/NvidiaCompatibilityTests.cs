using VfioMigration.Compatibility;
using VfioMigration.Uapi;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Nvidia;

/// <summary>The same type, a card of the table, a driver of the same branch.</summary>
public class NvidiaCompatibilityTests
{
    private const string Own = "nvidia-device_api=vfio-pci,pci_id=10de-2236,mdev_type=593,software_version=17.1";

    [Theory]
    [InlineData(Own, null)]
    [InlineData(Own + "\n", null)]
    [InlineData("nvidia-device_api=vfio-pci,pci_id=10de-2236,mdev_type=593,software_version=17.0", null)]
    [InlineData("nvidia-device_api=vfio-pci,pci_id=10de-2237,mdev_type=593,software_version=17.1", null)]
    [InlineData("nvidia-device_api=vfio-pci,pci_id=10de-2235,mdev_type=593,software_version=17.1", "vendor-device-id")]
    [InlineData("nvidia-device_api=vfio-pci,pci_id=10de-2236,mdev_type=595,software_version=17.1", "vgpu-type")]
    [InlineData("nvidia-device_api=vfio-pci,pci_id=10de-2236,mdev_type=593,software_version=17.2", "software-version")]
    [InlineData("nvidia-device_api=vfio-pci,pci_id=10de-2236,mdev_type=593,software_version=16.4", "software-version")]
    [InlineData("nvidia-device_api=vfio-pci,pci_id=10de-2236,mdev_type=593,software_version=18.0", "software-version")]
    [InlineData("nvidia-593", "format")]
    [InlineData("", "format")]
    public void Judge_OfASource_FollowsTheRules(string source, string? rule)
    {
        IMigrationCompatibility target = VendorHost.Load("nvidia").TypeCompatibility("-593");
        Verdict verdict = VendorHost.Judge(target, source);

        Assert.Equal(Own, target.GetVersion().Value);
        Assert.Equal(rule is null ? Errno.None : Errno.EINVAL, verdict.Errno);
        Assert.Equal(rule ?? "vgpu-type", verdict.Rule);
        Assert.StartsWith("nvidia: ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OfAVgpu_DoesNotLookAtCapacity()
    {
        VendorHost host = VendorHost.Load("nvidia");
        host.Create(VendorHost.Gpu, "nvidia-597");

        Assert.Equal("0\n", host.CatType(VendorHost.Gpu, "nvidia-593", "available_instances"));
        Assert.True(host.Tree.Echo(Own, $"{VendorHost.Gpu}/mdev_supported_types/nvidia-593/migration_version").IsOk);
    }

    [Fact]
    public void State_OfAMediatedDevice_MovesIntoAVirtualFunction()
    {
        VendorHost old = VendorHost.Load("nvidia", ("software_version", "17.0"));
        old.Create(VendorHost.Gpu, "nvidia-590");
        VendorHost fresh = VendorHost.Load("nvidia", ("personality", "vf"));
        fresh.Tree.Echo("590", $"{VendorHost.GpuFunction}/nvidia/current_vgpu_type");
        VfioDevice target = fresh.Device("0000:41:00.4");
        string version = old.Tree.Cat($"{VendorHost.Gpu}/{VendorHost.Uuid}/migration_version").Value;

        Assert.True(fresh.Tree.Echo(version, $"{VendorHost.GpuFunction}/migration_version").IsOk);
        Assert.Equal(Errno.None, target.TryLoad(old.Device().Save()));
    }
}
