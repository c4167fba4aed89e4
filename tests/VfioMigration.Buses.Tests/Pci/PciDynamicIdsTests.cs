using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Tests.Pci;

/// <summary><c>new_id</c> and <c>remove_id</c> as a shell writes them (<c>drivers/pci/pci-driver.c</c>).</summary>
public class PciDynamicIdsTests
{
    private const string Drivers = "bus/pci/drivers";
    private static readonly PciIds Graphics = new(0x8086, 0x591D, 0x1234, 0x5678, 0x030000, 0);

    private readonly DriverCore core = new(TimeProvider.System);
    private readonly PciBus bus;
    private readonly PciDevice device;

    public PciDynamicIdsTests()
    {
        bus = new PciBus(core);
        bus.Register();
        device = bus.AddDevice(new PciAddress(0, 0, 2, 0), Graphics).Value;
        FakeModule.Load(core, module =>
        {
            bus.RegisterDriver(new FakePciDriver(bus, module, "vfio-pci"));
            return bus.RegisterDriver(new FakePciDriver(bus, module, "i40e", (0x8086, 0x1572)));
        });
    }

    [Theory]
    [InlineData("8086 591d")]
    [InlineData("8086 591d\n")]
    [InlineData(" 0x8086\t0x591D 1234 5678")]
    [InlineData("8086 591d 1234")]
    [InlineData("8086 591d ffffffff ffffffff 030000 ff0000")]
    [InlineData("8086 591d 1234 5678 0 0 0")]
    [InlineData("8086 591d the rest is not read")]
    [InlineData("100008086 591d")]
    public void NewId_OfAFreeFunction_BindsItAtOnce(string ids)
    {
        Assert.Equal(ids.Length, core.Tree.Echo(ids, $"{Drivers}/vfio-pci/new_id").Value);
        Assert.Equal("vfio-pci", device.Driver?.Name);
    }

    [Theory]
    [InlineData("8086 591e")]
    [InlineData("8086 591d 1")]
    [InlineData("8086 591d ffffffff ffffffff 020000 ff0000")]
    public void NewId_OfAnother_BindsNothing(string ids)
    {
        Assert.True(core.Tree.Echo(ids, $"{Drivers}/vfio-pci/new_id").IsOk);
        Assert.Null(device.Driver);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("8086")]
    [InlineData("8086:591d")]
    [InlineData("8086591d")]
    [InlineData("x 591d")]
    [InlineData("-1 591d")]
    [InlineData("8086 591d 0 0 0 0 1")]
    public void NewId_OfNonsense_IsEINVAL(string ids) =>
        Assert.Equal(ids.Length == 0 ? Errno.None : Errno.EINVAL, core.Tree.Echo(ids, $"{Drivers}/vfio-pci/new_id").Error);

    [Fact]
    public void NewId_ThatTheDriverHas_IsEEXISTUnlessAllIsGiven()
    {
        Assert.Equal(Errno.EEXIST, core.Tree.Echo("8086 1572", $"{Drivers}/i40e/new_id").Error);
        core.Tree.Echo("8086 591d", $"{Drivers}/vfio-pci/new_id");
        Assert.Equal(Errno.EEXIST, core.Tree.Echo("8086 591d", $"{Drivers}/vfio-pci/new_id").Error);
        Assert.Equal(Errno.EEXIST, core.Tree.Echo("8086 591d 1 2", $"{Drivers}/vfio-pci/new_id").Error);
        Assert.True(core.Tree.Echo("8086 591d 1 2 0 0 0", $"{Drivers}/vfio-pci/new_id").IsOk);
    }

    [Fact]
    public void RemoveId_LeavesWhatIsBoundAndForgetsTheId()
    {
        core.Tree.Echo("8086 591d", $"{Drivers}/vfio-pci/new_id");

        Assert.True(core.Tree.Echo("8086 591d", $"{Drivers}/vfio-pci/remove_id").IsOk);
        Assert.Equal("vfio-pci", device.Driver?.Name);
        Assert.Equal(Errno.ENODEV, core.Tree.Echo("8086 591d", $"{Drivers}/vfio-pci/remove_id").Error);
        Assert.Equal(Errno.ENODEV, core.Tree.Echo("8086 1572", $"{Drivers}/i40e/remove_id").Error);
        Assert.Equal(Errno.EINVAL, core.Tree.Echo("8086", $"{Drivers}/vfio-pci/remove_id").Error);
        core.Tree.Echo(device.Name, $"{Drivers}/vfio-pci/unbind");
        Assert.Equal(Errno.ENODEV, core.Tree.Echo(device.Name, $"{Drivers}/vfio-pci/bind").Error);
    }

    [Fact]
    public void Files_OfEveryDriver_AreForWriting() =>
        Assert.All(["new_id", "remove_id"], file => Assert.Equal(Errno.EACCES, core.Tree.Cat($"{Drivers}/i40e/{file}").Error));
}
