using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Tests.VfioPci;

/// <summary>R47, R48, R55: operations of vendors between vfio-pci and the user.</summary>
public class VendorOperationsTests
{
    private const string Function = "0000:06:10.0";
    private const string Alias = "vfio-pci:8086-154c";
    private const string Bind = "bus/pci/drivers/vfio-pci/bind";
    private const string Unbind = "bus/pci/drivers/vfio-pci/unbind";

    [Fact]
    public void Function_WithoutAVendor_IsPassedThrough()
    {
        VfioDevice device = VendorHost.Load("vfio_pci").Device(Function);

        Assert.Equal(typeof(VfioPciDevice), device.GetType());
        Assert.Null(device.Migration);
        Assert.Null(device.MigrationRegion);
    }

    [Fact]
    public void Function_WithAVendor_IsMigratable()
    {
        VfioDevice device = VendorHost.LoadFunctions("i40evf").Device(Function);

        Assert.Equal(MigrationPersonality.V2, device.Personality);
    }

    [Fact]
    public void Function_WithAnotherId_IsLeftToTheDefault()
    {
        VendorHost host = VendorHost.LoadFunctions("i40evf");

        Assert.Equal(typeof(VfioPciDevice), host.Device("0000:07:00.0").GetType());
    }

    [Fact]
    public void Vendors_OfOneAlias_AreAskedInTurnUntilOneWants()
    {
        VendorHost host = VendorHost.Load("vfio_pci");
        VfioPciVendors vendors = host.Host.Vfio.PciVendors;
        var refuses = new FakeVendor(_ => null);
        var takes = new FakeVendor(function => new VfioPciDevice(function, function.Config, new VfioPciLayout { MsixVectors = 3 }));
        var late = new FakeVendor(_ => throw new InvalidOperationException("nobody should ask"));
        var foreign = new FakeVendor(_ => throw new InvalidOperationException("nobody should ask"));
        vendors.Register("vfio-pci:8086-154d", foreign);
        vendors.Register(Alias, refuses);
        vendors.Register(Alias, takes);
        vendors.Register(Alias, late);
        Rebind(host);

        Assert.Equal(3, ((VfioPciDevice)host.Device(Function)).Msix.Count);
        Assert.Equal((1, 1, 0, 0), (refuses.Asked, takes.Asked, late.Asked, foreign.Asked));
    }

    [Fact]
    public void Vendors_ThatAllRefuse_LeaveTheFunctionToTheDefault()
    {
        VendorHost host = VendorHost.Load("vfio_pci");
        var refuses = new FakeVendor(_ => null);
        host.Host.Vfio.PciVendors.Register(Alias, refuses);
        Rebind(host);

        Assert.Equal(1, refuses.Asked);
        Assert.Equal(typeof(VfioPciDevice), host.Device(Function).GetType());
    }

    [Fact]
    public void Vendor_Unregistered_IsNotAskedAndItsDeviceStays()
    {
        VendorHost host = VendorHost.Load("vfio_pci");
        var takes = new FakeVendor(function => new VfioPciDevice(function, function.Config, new VfioPciLayout { MsixVectors = 3 }));
        host.Host.Vfio.PciVendors.Register(Alias, takes);
        Rebind(host);
        host.Host.Vfio.PciVendors.Unregister(takes);

        Assert.Equal(3, ((VfioPciDevice)host.Device(Function)).Msix.Count);
        Rebind(host);
        Assert.Equal(1, takes.Asked);
        Assert.Equal(typeof(VfioPciDevice), host.Device(Function).GetType());
    }

    [Theory]
    [InlineData("i40evf", "0000:06:10.0")]
    [InlineData("nvme", "0000:07:00.0")]
    public void Module_WhileAFunctionUsesIt_CannotBeUnloaded(string module, string function)
    {
        VendorHost host = VendorHost.LoadFunctions(module);
        Assert.Equal("1\n", host.Tree.Cat($"module/{module}/refcnt").Value);
        Assert.Equal(Errno.EAGAIN, host.Host.UnloadModule(module).Error);
        Assert.True(host.Tree.Echo(function, Unbind).IsOk);
        Assert.Equal("0\n", host.Tree.Cat($"module/{module}/refcnt").Value);
        Assert.Equal(Errno.None, host.Host.UnloadModule(module).Error);

        Assert.True(host.Tree.Echo(function, Bind).IsOk);
        Assert.Equal(typeof(VfioPciDevice), host.Device(function).GetType());
    }

    [Fact]
    public void Module_LoadedAfterTheFunctionWasBound_GetsItWithTheNextBind()
    {
        VendorHost host = VendorHost.Load("vfio_pci");
        Assert.Equal(Errno.None, host.Host.LoadModule("i40evf").Error);
        Assert.Null(host.Device(Function).Migration);
        Assert.Equal("0\n", host.Tree.Cat("module/i40evf/refcnt").Value);
        Rebind(host);

        Assert.NotNull(host.Device(Function).Migration);
    }

    private static void Rebind(VendorHost host)
    {
        Assert.True(host.Tree.Echo(Function, Unbind).IsOk);
        Assert.True(host.Tree.Echo(Function, Bind).IsOk);
    }
}
