using VfioMigration.Buses.Pci;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests.Dialects;

/// <summary><c>kernel/debug/vfiomig/compatibility</c> of a host whose driver takes creation parameters.</summary>
public class CompatibilityTableTests
{
    private const string Types = "devices/pci0000:00/0000:00:02.0/mdev_supported_types";
    private const string File = "kernel/debug/vfiomig/compatibility";
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    private readonly Host host = Relaxed();

    [Fact]
    public void List_OfATypeWithParameters_HasALineForEach()
    {
        string[][] lines = [.. Lines().Where(line => line[1] == "i915-GVTg_V5_4")];

        Assert.Equal(["-", "aggregate=2", "aggregate=3", "aggregate=4"], lines.Select(line => line[2]));
        Assert.Equal(["4", "2", "1", "1"], lines.Select(line => line[3]));
        Assert.Single(lines.Select(line => line[0]).Distinct(), $"{Types}/i915-GVTg_V5_4");
        Assert.Equal("8086-193b-GVTg_V5_4-00000001,aggregate=2", lines[1][5]);
        Assert.All(lines, line => Assert.Matches("^[0-9a-f]{16}$", line[4]));
    }

    /// <summary>A device that exists has its own line; it takes room from all.</summary>
    [Fact]
    public void List_WithADevice_HasItAndLessRoom()
    {
        Assert.Equal(Uuid.Length + 12, host.Core.Tree.Echo($"{Uuid},aggregate=2", $"{Types}/i915-GVTg_V5_4/create").Value);

        Assert.Equal(["2", "1", "0", "0"], Lines().Where(line => line[1] == "i915-GVTg_V5_4" && line[3] != "-").Select(line => line[3]));
        Assert.Equal("8086-193b-GVTg_V5_4-00000001,aggregate=2", Assert.Single(Lines(), line => line[0].EndsWith(Uuid, StringComparison.Ordinal))[5]);
    }

    [Theory]
    [InlineData(Types + "/i915-GVTg_V5_4,aggregate=2 8086-193b-GVTg_V5_2-00000001\n", Errno.None)]
    [InlineData(Types + "/i915-GVTg_V5_4 8086-193b-GVTg_V5_2-00000001\n", Errno.EINVAL)]
    [InlineData(Types + "/i915-GVTg_V5_2 8086-193b-GVTg_V5_2-00000001\n", Errno.None)]
    [InlineData(Types + "/i915-GVTg_V5_2 a string with spaces\n", Errno.EINVAL)]
    [InlineData(Types + "/i915-GVTg_V5_4,aggregate=99 8086-193b-GVTg_V5_2-00000001\n", Errno.ENOENT)]
    [InlineData(Types + "/i915-GVTg_V5_4,colour=red 8086-193b-GVTg_V5_2-00000001\n", Errno.ENOENT)]
    [InlineData("devices/nowhere 8086-193b-GVTg_V5_2-00000001\n", Errno.ENOENT)]
    [InlineData("devices/nowhere", Errno.EINVAL)]
    [InlineData("\n", Errno.EINVAL)]
    public void Write_OfAQuestion_IsAnsweredByTheDriver(string question, Errno expected) =>
        Assert.Equal(expected, host.Core.Tree.Echo(question, File).Error);

    [Fact]
    public void Write_OfAQuestionThatIsRefused_IsExplainedInTheLog()
    {
        host.Core.Tree.Echo($"{Types}/i915-GVTg_V5_8,aggregate=2 8086-193b-GVTg_V5_2-00000001\n", File);

        Assert.Contains(
            "i915-GVTg_V5_8: compatibility: refused with EINVAL: i915: 1 x GVTg_V5_2 is not the same share as 2 x GVTg_V5_8",
            host.Core.Tree.Log.Snapshot()[^1].Text,
            StringComparison.Ordinal);
    }

    private string[][] Lines() => [.. host.Core.Tree.Cat(File).Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];

    private static Host Relaxed()
    {
        var problems = new List<string>();
        var options = new Dictionary<string, string> { ["policy"] = "relaxed", ["aggregation"] = "true" };
        var booted = new Host(
            new HostOptions(
                "host", [(new PciAddress(0, 0, 2, 0), new PciIds(0x8086, 0x193B, 0, 0, 0x030000, 0))], [], [new DriverOptions("i915", options, true, "key")]),
            new DriverCatalogue(null, problems),
            TimeProvider.System);
        problems.AddRange(booted.Boot());
        Assert.Empty(problems);
        return booted;
    }
}
