using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Tests.Nvidia;

/// <summary>vGPUs as mediated devices.</summary>
public class NvidiaModuleTests
{
    private readonly VendorHost host = VendorHost.Load("nvidia");

    [Fact]
    public void Types_OfACard_AreItsProfiles()
    {
        Assert.Equal(["nvidia-590", "nvidia-591", "nvidia-592", "nvidia-593", "nvidia-594", "nvidia-595", "nvidia-596", "nvidia-597"], host.Types(VendorHost.Gpu));
        Assert.Equal("24,12,8,6,4,3,2,1", host.Available(VendorHost.Gpu));
    }

    [Theory]
    [InlineData("name", "NVIDIA A10-4Q\n")]
    [InlineData("device_api", "vfio-pci\n")]
    [InlineData("available_instances", "6\n")]
    [InlineData("description", "num_heads=4, frl_config=60, framebuffer=4096M, max_resolution=7680x4320, max_instance=6\n")]
    public void File_OfAType_SaysWhatTheDriverSays(string file, string content) =>
        Assert.Equal(content, host.CatType(VendorHost.Gpu, "nvidia-593", file));

    [Fact]
    public void FirstDevice_OfAType_LeavesNothingForOthers()
    {
        Assert.True(host.Create(VendorHost.Gpu, "nvidia-593").IsOk);

        Assert.Equal("0,0,0,5,0,0,0,0", host.Available(VendorHost.Gpu));
        Assert.Equal("24,12,8,6,4,3,2,1", host.Available(VendorHost.GpuFunction));
        Assert.Equal(Errno.ENOSPC, host.Create(VendorHost.Gpu, "nvidia-590", VendorHost.NumberedUuid(1)).Error);
        Assert.True(host.Create(VendorHost.Gpu, "nvidia-593", VendorHost.NumberedUuid(2)).IsOk);
        Assert.Equal("0,0,0,4,0,0,0,0", host.Available(VendorHost.Gpu));
    }

    [Fact]
    public void LastDevice_Removed_MakesRoomForEveryType()
    {
        host.Create(VendorHost.Gpu, "nvidia-597");
        Assert.Equal(Errno.ENOSPC, host.Create(VendorHost.Gpu, "nvidia-597", VendorHost.NumberedUuid(1)).Error);
        host.Tree.Echo("1", $"{VendorHost.Gpu}/{VendorHost.Uuid}/remove");

        Assert.Equal("24,12,8,6,4,3,2,1", host.Available(VendorHost.Gpu));
    }

    [Fact]
    public void Module_Unloaded_LeavesNothingBehind()
    {
        host.Create(VendorHost.Gpu, "nvidia-593");
        Assert.Equal(Errno.None, host.Host.UnloadModule("nvidia").Error);

        Assert.False(host.Tree.Exists($"{VendorHost.Gpu}/mdev_supported_types"));
        Assert.Empty(host.Host.Vfio.Devices);
    }
}
