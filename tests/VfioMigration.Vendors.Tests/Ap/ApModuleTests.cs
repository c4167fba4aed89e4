using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vendors.Tests.Ap;

/// <summary>The parent, its one type, and what a device of it is.</summary>
public class ApModuleTests
{
    private const string Parent = "devices/vfio_ap/matrix";
    private const string Type = "vfio_ap-passthrough";

    [Fact]
    public void Parent_OfTheModule_HasTheTypeOfTheKernel()
    {
        VendorHost host = VendorHost.Load("vfio_ap");

        Assert.Equal([Type], host.Types(Parent));
        Assert.Equal("VFIO AP Passthrough Device\n", host.CatType(Parent, Type, "name"));
        Assert.Equal("vfio-ap\n", host.CatType(Parent, Type, "device_api"));
        Assert.Equal("65536", host.Available(Parent));
        Assert.Equal("../../devices/vfio_ap/matrix", host.Tree.Readlink("class/mdev_bus/matrix"));
        Assert.True(host.Tree.Exists("bus/matrix/devices"));
    }

    [Fact]
    public void Device_OfTheType_IsAnApDeviceThatStaysWhereItIs()
    {
        VendorHost host = VendorHost.Load("vfio_ap");
        Assert.True(host.Create(Parent, Type).IsOk);

        Assert.Equal(VfioDeviceFlags.VFIO_DEVICE_FLAGS_AP | VfioDeviceFlags.VFIO_DEVICE_FLAGS_RESET, host.Device().Flags);
        Assert.Empty(host.Device().Regions);
        Assert.Null(host.Device().Migration);
        Assert.Equal("65535", host.Available(Parent));
    }

    [Fact]
    public void Module_UnloadedAndLoadedAgain_BeginsAnew()
    {
        VendorHost host = VendorHost.Load("vfio_ap");
        host.Create(Parent, Type);
        Assert.Equal(Errno.None, host.Host.UnloadModule("vfio_ap").Error);
        Assert.False(host.Tree.Exists("devices/vfio_ap"));
        Assert.False(host.Tree.Exists("bus/matrix"));

        Assert.Equal(Errno.None, host.Host.LoadModule("vfio_ap").Error);
        Assert.True(host.Create(Parent, Type).IsOk);
    }
}
