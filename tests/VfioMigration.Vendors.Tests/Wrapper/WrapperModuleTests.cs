using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Wrapper;

/// <summary>R18: a function as its one mediated device.</summary>
public class WrapperModuleTests
{
    [Fact]
    public void Type_OfAFunction_IsAllOfIt()
    {
        VendorHost host = VendorHost.LoadWrapper([]);

        Assert.Equal(["wrapper_mdev-154c"], host.Types(VendorHost.Network));
        Assert.Equal("vfio-pci\n", host.CatType(VendorHost.Network, "wrapper_mdev-154c", "device_api"));
        Assert.Equal("whole function 8086:154c\n", host.CatType(VendorHost.Network, "wrapper_mdev-154c", "name"));
        Assert.Equal("1", host.Available(VendorHost.Network));
        Assert.True(host.Create(VendorHost.Network, "wrapper_mdev-154c").IsOk);
        Assert.Equal("0", host.Available(VendorHost.Network));
        Assert.Equal(Errno.EUSERS, host.Create(VendorHost.Network, "wrapper_mdev-154c", VendorHost.NumberedUuid(1)).Error);
    }

    [Fact]
    public void Device_WithOperations_KeepsTheirModule()
    {
        VendorHost host = VendorHost.LoadWrapper([]);
        host.Create(VendorHost.Network, "wrapper_mdev-154c");

        Assert.NotNull(host.Device().Migration);
        Assert.Equal(Errno.EAGAIN, host.Host.UnloadModule("i40evf").Error);
        host.Tree.Echo("1", $"{VendorHost.Network}/{VendorHost.Uuid}/remove");
        Assert.Equal(Errno.None, host.Host.UnloadModule("i40evf").Error);
    }

    [Fact]
    public void Device_WithoutOperations_IsNotCreated()
    {
        VendorHost host = VendorHost.Load("wrapper_mdev");

        Assert.Equal(Errno.ENODEV, host.Create(VendorHost.Network, "wrapper_mdev-154c").Error);
        Assert.Equal("1", host.Available(VendorHost.Network));
    }

    [Fact]
    public void Device_OfAFunctionPassedThrough_HasNoVersion()
    {
        VendorHost host = VendorHost.LoadWrapper([("passthrough", "true")]);
        Assert.True(host.Create(VendorHost.Network, "wrapper_mdev-154c").IsOk);

        Assert.Equal(typeof(VfioPciDevice), host.Device().GetType());
        Assert.False(host.Tree.Exists($"{VendorHost.Network}/{VendorHost.Uuid}/migration_version"));
    }

    [Fact]
    public void Ids_FromTheOptions_DecideWhatIsWrapped()
    {
        VendorHost host = VendorHost.Load("wrapper_mdev", ("ids", "1b36:0010"));

        Assert.Equal(["wrapper_mdev-0010"], host.Types(VendorHost.Storage));
        Assert.False(host.Tree.Exists($"{VendorHost.Network}/mdev_supported_types"));
    }

    [Fact]
    public void Module_Unloaded_GivesTheFunctionBack()
    {
        VendorHost host = VendorHost.LoadWrapper([]);
        host.Create(VendorHost.Network, "wrapper_mdev-154c");
        Assert.Equal(Errno.None, host.Host.UnloadModule("wrapper_mdev").Error);

        Assert.False(host.Tree.Exists($"{VendorHost.Network}/mdev_supported_types"));
        Assert.False(host.Tree.Exists($"{VendorHost.Network}/driver"));
        Assert.Empty(host.Host.Vfio.Devices);
    }
}
