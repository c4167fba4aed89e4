using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Tests.Nvidia;

/// <summary>vGPU 17 and newer: no mediated devices, but files of each virtual function.</summary>
public class NvidiaFunctionTests
{
    private const string Files = $"{VendorHost.GpuFunction}/nvidia";
    private const string Type = $"{Files}/current_vgpu_type";
    private const string Creatable = $"{Files}/creatable_vgpu_types";
    private const string Name = "0000:41:00.4";

    private readonly VendorHost host = VendorHost.Load("nvidia", ("personality", "vf"));

    [Fact]
    public void Files_OfAVirtualFunction_AreThereAndMediatedDevicesAreNot()
    {
        Assert.Equal(
            ["creatable_vgpu_types", "current_vgpu_type", "gpu_instance_id", "placement_id", "vgpu_params"],
            host.Tree.List(Files).Order(StringComparer.Ordinal));
        Assert.Equal("0\n", host.Tree.Cat(Type).Value);
        Assert.False(host.Tree.Exists($"{VendorHost.GpuFunction}/mdev_supported_types"));
        Assert.False(host.Tree.Exists($"{VendorHost.Gpu}/nvidia"));
        Assert.True(host.Tree.Exists($"{VendorHost.Gpu}/driver"));
    }

    [Fact]
    public void CreatableTypes_OfAnEmptyFunction_AreAllWithAHeader() => Assert.Equal(
        "ID    : vGPU Name\n590   : NVIDIA A10-1Q\n591   : NVIDIA A10-2Q\n592   : NVIDIA A10-3Q\n593   : NVIDIA A10-4Q\n"
        + "594   : NVIDIA A10-6Q\n595   : NVIDIA A10-8Q\n596   : NVIDIA A10-12Q\n597   : NVIDIA A10-24Q\n",
        host.Tree.Cat(Creatable).Value);

    [Fact]
    public void Type_Written_MakesAVgpuAndZeroDestroysIt()
    {
        Assert.True(host.Tree.Echo("593\n", Type).IsOk);
        Assert.Equal("593\n", host.Tree.Cat(Type).Value);
        Assert.Equal("", host.Tree.Cat(Creatable).Value);
        Assert.True(host.Tree.Exists($"{VendorHost.GpuFunction}/vfio-dev"));
        Assert.NotNull(host.Device(Name).Migration);

        Assert.True(host.Tree.Echo("0", Type).IsOk);
        Assert.Equal("0\n", host.Tree.Cat(Type).Value);
        Assert.Empty(host.Host.Vfio.Devices);
        Assert.True(host.Tree.Echo("0", Type).IsOk);
    }

    [Theory]
    [InlineData("1", Errno.EINVAL)]
    [InlineData("A10-4Q", Errno.EINVAL)]
    [InlineData("-1", Errno.EINVAL)]
    [InlineData("18446744073709551615", Errno.EINVAL)]
    [InlineData("0x251", Errno.None)]
    public void Type_ByAnyOtherNumber_IsRefused(string text, Errno expected) => Assert.Equal(expected, host.Tree.Echo(text, Type).Error);

    [Fact]
    public void Type_SetAlready_IsBusy()
    {
        host.Tree.Echo("593", Type);

        Assert.Equal(Errno.EBUSY, host.Tree.Echo("595", Type).Error);
        Assert.Equal(Errno.EBUSY, host.Tree.Echo("593", Type).Error);
        Assert.Equal(Errno.EINVAL, host.Tree.Echo("1", Type).Error);
    }

    [Fact]
    public void Vgpu_InUse_CannotBeDestroyed()
    {
        host.Tree.Echo("593", Type);
        using (VfioDeviceFile file = host.Device(Name).Open(new GuestMemory(4096).Map).Value)
        {
            Assert.Equal(Errno.EBUSY, host.Tree.Echo("0", Type).Error);
            Assert.Equal("593\n", host.Tree.Cat(Type).Value);
        }

        Assert.True(host.Tree.Echo("0", Type).IsOk);
    }

    [Fact]
    public void Version_OfAFunction_FollowsItsType()
    {
        const string Version = $"{VendorHost.GpuFunction}/migration_version";
        const string Own = "nvidia-device_api=vfio-pci,pci_id=10de-2236,mdev_type=593,software_version=17.1\n";
        Assert.Equal(Errno.ENODEV, host.Tree.Cat(Version).Error);
        Assert.Equal(Errno.ENODEV, host.Tree.Echo(Own, Version).Error);
        host.Tree.Echo("593", Type);
        Assert.Equal(Own, host.Tree.Cat(Version).Value);
        host.Tree.Echo("0", Type);
        host.Tree.Echo("595", Type);

        Assert.Equal(Own.Replace("593", "595", StringComparison.Ordinal), host.Tree.Cat(Version).Value);
        Assert.Equal(Errno.EINVAL, host.Tree.Echo(Own, Version).Error);
    }

    [Theory]
    [InlineData("gpu_instance_id", "0", Errno.None)]
    [InlineData("gpu_instance_id", "1", Errno.EINVAL)]
    [InlineData("placement_id", "31", Errno.None)]
    [InlineData("placement_id", "32", Errno.EINVAL)]
    [InlineData("placement_id", "x", Errno.EINVAL)]
    [InlineData("vgpu_params", "frame_rate_limiter=0", Errno.None)]
    [InlineData("vgpu_params", "a\tb", Errno.EINVAL)]
    public void Setting_BeforeTheVgpu_IsKept(string file, string value, Errno expected)
    {
        string before = host.Tree.Cat($"{Files}/{file}").Value;
        Assert.Equal(expected, host.Tree.Echo(value, $"{Files}/{file}").Error);

        Assert.Equal(expected == Errno.None ? value + "\n" : before, host.Tree.Cat($"{Files}/{file}").Value);
    }

    [Theory]
    [InlineData("gpu_instance_id", "0")]
    [InlineData("placement_id", "1")]
    [InlineData("vgpu_params", "x=1")]
    public void Setting_OfAVgpu_IsBusy(string file, string value)
    {
        host.Tree.Echo("593", Type);

        Assert.Equal(Errno.EBUSY, host.Tree.Echo(value, $"{Files}/{file}").Error);
    }

    [Fact]
    public void Function_Unbound_LosesItsVgpuAndFiles()
    {
        host.Tree.Echo("593", Type);
        host.Tree.Echo(Name, "bus/pci/drivers/nvidia/unbind");

        Assert.False(host.Tree.Exists(Files));
        Assert.Empty(host.Host.Vfio.Devices);
        host.Tree.Echo(Name, "bus/pci/drivers/nvidia/bind");
        Assert.Equal("0\n", host.Tree.Cat(Type).Value);
        Assert.Contains("597", host.Tree.Cat(Creatable).Value, StringComparison.Ordinal);
    }
}
