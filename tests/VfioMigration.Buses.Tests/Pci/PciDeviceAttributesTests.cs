using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Tests.Pci;

public class PciDeviceAttributesTests
{
    private const string Path = "devices/pci0000:00/0000:00:02.0";

    private readonly DriverCore core = new(TimeProvider.System);
    private readonly PciBus bus;
    private readonly PciDevice device;

    public PciDeviceAttributesTests()
    {
        bus = new PciBus(core);
        bus.Register();
        device = bus.AddDevice(new PciAddress(0, 0, 2, 0), new PciIds(0x8086, 0x591D, 0x8086, 0x2212, 0x030000, 0x04)).Value;
    }

    [Theory]
    [InlineData("vendor", "0x8086\n")]
    [InlineData("device", "0x591d\n")]
    [InlineData("subsystem_vendor", "0x8086\n")]
    [InlineData("subsystem_device", "0x2212\n")]
    [InlineData("revision", "0x04\n")]
    [InlineData("class", "0x030000\n")]
    [InlineData("modalias", "pci:v00008086d0000591Dsv00008086sd00002212bc03sc00i00\n")]
    [InlineData("irq", "0\n")]
    [InlineData("power_state", "D0\n")]
    [InlineData("enable", "0\n")]
    [InlineData("numa_node", "-1\n")]
    [InlineData("driver_override", "(null)\n")]
    public void File_OfAFunction_HasTheKernelsText(string file, string content) =>
        Assert.Equal(content, core.Tree.Cat($"{Path}/{file}").Value);

    [Fact]
    public void Uevent_OfAFunction_HasTheKernelsVariables() =>
        Assert.Equal(
            "PCI_CLASS=30000\nPCI_ID=8086:591D\nPCI_SUBSYS_ID=8086:2212\nPCI_SLOT_NAME=0000:00:02.0\n"
            + "MODALIAS=pci:v00008086d0000591Dsv00008086sd00002212bc03sc00i00\n",
            core.Tree.Cat($"{Path}/uevent").Value);

    [Fact]
    public void Resource_OfAFunction_HasThirteenLines() =>
        Assert.Equal(13, core.Tree.Cat($"{Path}/resource").Value.Count(c => c == '\n'));

    [Fact]
    public void Config_OfAFunction_Is256BytesThatCanBeReadAndWritten()
    {
        Assert.Equal(256ul, core.Tree.Root.Stat(core.Tree.Root.FindPath($"{Path}/config")!).Size);
        Assert.Equal(FileModes.Octal(644), core.Tree.Root.FindPath($"{Path}/config")!.Mode);
        Assert.Equal(2, core.Tree.Echo("\u00ff\u00ff", $"{Path}/config").Value);
        byte[] id = new byte[2];
        device.Config.Read(0, id);

        Assert.Equal([0x86, 0x80], id);
    }

    [Fact]
    public void Enable_SwitchedOnAndOff_Counts()
    {
        Assert.Equal(Errno.EIO, core.Tree.Echo("0", $"{Path}/enable").Error);
        core.Tree.Echo("1", $"{Path}/enable");
        core.Tree.Echo("1\n", $"{Path}/enable");
        Assert.Equal("2\n", core.Tree.Cat($"{Path}/enable").Value);
        core.Tree.Echo("0", $"{Path}/enable");

        Assert.Equal("1\n", core.Tree.Cat($"{Path}/enable").Value);
        Assert.Equal(Errno.EINVAL, core.Tree.Echo("yes", $"{Path}/enable").Error);
    }

    [Theory]
    [InlineData("0\n", "0\n")]
    [InlineData("-1", "-1\n")]
    public void NumaNode_OfAKnownNode_IsKept(string text, string content)
    {
        Assert.Equal(text.Length, core.Tree.Echo(text, $"{Path}/numa_node").Value);
        Assert.Equal(content, core.Tree.Cat($"{Path}/numa_node").Value);
    }

    /// <summary>enable_store: EBUSY before anything else that could be said.</summary>
    [Fact]
    public void Enable_WhileADriverIsBound_IsEBUSY()
    {
        FakeModule.Load(core, module => bus.RegisterDriver(new FakePciDriver(bus, module, "i915", (0x8086, 0x591D))));

        Assert.Equal("i915", device.Driver?.Name);
        Assert.Equal(Errno.EBUSY, core.Tree.Echo("1", $"{Path}/enable").Error);
        Assert.Equal(Errno.EBUSY, core.Tree.Echo("0", $"{Path}/enable").Error);
        Assert.Equal(Errno.EINVAL, core.Tree.Echo("x", $"{Path}/enable").Error);
        Assert.Equal("0\n", core.Tree.Cat($"{Path}/enable").Value);
    }

    [Theory]
    [InlineData("0x0")]
    [InlineData("-0x1\n")]
    [InlineData("+0")]
    public void NumaNode_InAnyBase_IsTaken(string text) => Assert.Equal(text.Length, core.Tree.Echo(text, $"{Path}/numa_node").Value);

    [Theory]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    [InlineData("99999999999999999999999")]
    public void NumaNode_OutsideOfInt_IsEINVAL(string text) => Assert.Equal(Errno.EINVAL, core.Tree.Echo(text, $"{Path}/numa_node").Error);

    [Fact]
    public void NumaNode_ThatIsChanged_LeavesTheKernelsLine()
    {
        core.Tree.Echo("0", $"{Path}/numa_node");

        Assert.Contains("[Firmware Bug]: Overriding NUMA node to 0.  Contact your vendor for updates.", string.Concat(core.Log.Snapshot().Select(record => record.Text)), StringComparison.Ordinal);
    }

    /// <summary>numa_node_store reads with kstrtoint, which takes no blanks.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("-2")]
    [InlineData("x")]
    [InlineData(" 0")]
    [InlineData("0 ")]
    public void NumaNode_OfAnythingElse_IsEINVAL(string text)
    {
        Assert.Equal(Errno.EINVAL, core.Tree.Echo(text, $"{Path}/numa_node").Error);
        Assert.Equal("-1\n", core.Tree.Cat($"{Path}/numa_node").Value);
    }

    [Theory]
    [InlineData("vfio-pci\n", "vfio-pci\n")]
    [InlineData("vfio-pci", "vfio-pci\n")]
    [InlineData("vfio-pci\nrest", "vfio-pci\n")]
    [InlineData("\n", "(null)\n")]
    [InlineData("\nvfio-pci", "(null)\n")]
    [InlineData("\0", "(null)\n")]
    [InlineData("\0vfio-pci", "(null)\n")]
    [InlineData("vfio-pci\0rest", "vfio-pci\n")]
    [InlineData(" vfio-pci ", " vfio-pci \n")]
    public void DriverOverride_OfAName_IsShownUntilTheFirstNewline(string text, string content)
    {
        Assert.Equal(text.Length, core.Tree.Echo(text, $"{Path}/driver_override").Value);
        Assert.Equal(content, core.Tree.Cat($"{Path}/driver_override").Value);
    }

    /// <summary>What show could not give back (driver_set_override): PAGE_SIZE - 1 and more.</summary>
    [Theory]
    [InlineData(4094, Errno.None)]
    [InlineData(4095, Errno.EINVAL)]
    [InlineData(4096, Errno.EINVAL)]
    public void DriverOverride_AsLongAsAPage_IsEINVAL(int length, Errno expected) =>
        Assert.Equal(expected, core.Tree.Echo(new string('a', length), $"{Path}/driver_override").Error);

    [Fact]
    public void DriverOverride_AfterAnEmptyLine_IsCleared()
    {
        core.Tree.Echo("vfio-pci\n", $"{Path}/driver_override");
        core.Tree.Echo("\n", $"{Path}/driver_override");

        Assert.Null(device.DriverOverride);
    }
}
