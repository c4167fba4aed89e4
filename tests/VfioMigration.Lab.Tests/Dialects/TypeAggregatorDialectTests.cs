using VfioMigration.Buses.Pci;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests.Dialects;

public class TypeAggregatorDialectTests
{
    private const string Parent = "devices/pci0000:00/0000:00:02.0";
    private const string Eighths = Parent + "/mdev_supported_types/i915-GVTg_V5_8";
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    private readonly SysfsTree tree = Boot("true", "type_aggregator").Core.Tree;

    [Fact]
    public void Show_BeforeAnybodyWrote_IsOne()
    {
        Assert.Equal("1\n", tree.Cat($"{Eighths}/aggregator").Value);
        Assert.Equal(FileModes.Octal(644), tree.Root.FindPath($"{Eighths}/aggregator")!.Mode);
    }

    [Fact]
    public void Store_OfANumber_DecidesHowLargeTheNextDevicesAre()
    {
        Assert.Equal(2, tree.Echo("3\n", $"{Eighths}/aggregator").Value);
        tree.Echo(Uuid, $"{Eighths}/create");

        Assert.Equal("3\n", tree.Cat($"{Eighths}/aggregator").Value);
        Assert.Equal("3\n", tree.Cat($"{Parent}/{Uuid}/mdev/aggregated_instances").Value);
        Assert.Equal("1\n", tree.Cat($"{Parent}/mdev_supported_types/i915-GVTg_V5_4/aggregator").Value);
    }

    /// <summary>Why it was refused: A writes 2, B writes 4, A creates and has 4.</summary>
    [Fact]
    public void Store_OfTwoCreators_GivesOneTheOthersSize()
    {
        tree.Echo("2", $"{Eighths}/aggregator");
        tree.Echo("4", $"{Eighths}/aggregator");
        tree.Echo(Uuid, $"{Eighths}/create");

        Assert.Equal("4\n", tree.Cat($"{Parent}/{Uuid}/mdev/aggregated_instances").Value);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("2147483648")]
    public void Store_OfAnythingElse_IsEINVALOrNothing(string text)
    {
        Assert.Equal(text.Length == 0 ? Errno.None : Errno.EINVAL, tree.Echo(text, $"{Eighths}/aggregator").Error);
        Assert.Equal("1\n", tree.Cat($"{Eighths}/aggregator").Value);
    }

    [Fact]
    public void Store_OfMoreThanADeviceMayHave_FailsWhenItIsCreated()
    {
        Assert.Equal(1, tree.Echo("9", $"{Eighths}/aggregator").Value);
        Assert.Equal(Errno.EINVAL, tree.Echo(Uuid, $"{Eighths}/create").Error);
    }

    [Fact]
    public void Create_WithItsOwnParameter_DoesNotLookAtTheType()
    {
        tree.Echo("4", $"{Eighths}/aggregator");
        tree.Echo(Uuid + ",aggregate=2", $"{Eighths}/create");

        Assert.Equal("2\n", tree.Cat($"{Parent}/{Uuid}/mdev/aggregated_instances").Value);
    }

    [Fact]
    public void File_OfADriverWithoutParameters_IsAbsent() =>
        Assert.False(Boot("false", "type_aggregator").Core.Tree.Exists($"{Eighths}/aggregator"));

    [Fact]
    public void Unload_OfTheDriver_TakesItAlong()
    {
        Host host = Boot("true", "type_aggregator");
        host.Core.Tree.Echo("4", $"{Eighths}/aggregator");

        Assert.Equal(Errno.None, host.UnloadModule("i915").Error);
        Assert.Equal(Errno.None, host.LoadModule("i915").Error);
        Assert.Equal("1\n", host.Core.Tree.Cat($"{Eighths}/aggregator").Value);
    }

    private static Host Boot(string aggregation, params string[] dialects)
    {
        var problems = new List<string>();
        var driver = new DriverOptions("i915", new Dictionary<string, string> { ["aggregation"] = aggregation, ["policy"] = "relaxed" }, true, "i915");
        (PciAddress, PciIds) function = (new PciAddress(0, 0, 2, 0), new PciIds(0x8086, 0x591D, 0x8086, 0x2212, 0x030000, 4));
        var host = new Host(new HostOptions("host", [function], [], [driver], dialects), new DriverCatalogue(null, problems), TimeProvider.System);
        Assert.Empty(host.Boot());
        return host;
    }
}
