using System.Text.Json;

using VfioMigration.Integration.Tests.Compatibility;

namespace VfioMigration.Integration.Tests.Commands;

/// <summary>R25, R35: where a device could go, capacity apart.</summary>
public sealed class PlanCommandTests
{
    private const string Types = CompatibilityLab.Graphics;
    private const string Type = Types + "/i915-GVTg_V5_4";
    private const string Label = "0000:00:02.0/i915-GVTg_V5_4";

    /// <summary>Two hosts of the same kind are asked once; who shows no string is not asked at all.</summary>
    [Fact]
    public void Plan_OverHosts_ListsWhoWouldTakeIt()
    {
        using CompatibilityLab lab = CompatibilityLab.Strict();
        (int status, string output, string errors) = lab.Vfiomig($"plan one/{Type} --on one two other absent inert");

        Assert.Equal((0, ""), (status, errors));
        Assert.Matches($@"^  1  two/{Label}  type, room for 4\n1 of 11 can take it; probed 8 of them in [0-9.]+ ms\n$", output);
    }

    [Fact]
    public void Plan_WithoutHosts_LooksBelowTheWorkingDirectory()
    {
        using CompatibilityLab lab = CompatibilityLab.Strict();

        Assert.Equal(Nodes(Json(lab, $"one/{Type} --on one two other absent inert")), Nodes(Json(lab, $"one/{Type}")));
        Assert.Equal(Nodes(Json(lab, $"one/{Type}")), Nodes(Json(lab, $"one/{Type} --hosts .")));
    }

    /// <summary>The source is never its own target, by whichever name it was given.</summary>
    [Theory]
    [InlineData(Type)]
    [InlineData(Type + "/")]
    [InlineData(Type + "/migration_version")]
    [InlineData("devices/pci0000:00/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4")]
    public void Source_ByAnyName_IsNoCandidate(string path)
    {
        using CompatibilityLab lab = CompatibilityLab.Strict();
        (int status, string output, _) = lab.Vfiomig($"plan one/{path} --on one");

        Assert.Equal(1, status);
        Assert.StartsWith("0 of 3 can take it;", output, StringComparison.Ordinal);
    }

    /// <summary>A full type is as compatible as before; the status says whether there is room anywhere.</summary>
    [Fact]
    public void FullType_IsListedAndHasNoRoom()
    {
        using CompatibilityLab lab = CompatibilityLab.Strict();
        lab.Shell($"echo {CompatibilityLab.Uuid} > two/{Types}/i915-GVTg_V5_1/create");
        (int status, string output, string errors) = lab.Vfiomig($"plan one/{Type} --on two");

        Assert.Equal((1, ""), (status, errors));
        Assert.StartsWith($"  1  two/{Label}  type, full now\n1 of 5 can take it;", output, StringComparison.Ordinal);
        JsonElement candidate = Assert.Single(Json(lab, $"one/{Type} --on two", 1).GetProperty("candidates").EnumerateArray());
        Assert.Equal((false, 0), (candidate.GetProperty("has_room").GetBoolean(), candidate.GetProperty("available_instances").GetInt32()));
    }

    [Fact]
    public void DeviceThatExists_ComesBeforeAFullType()
    {
        using CompatibilityLab lab = CompatibilityLab.Strict();
        lab.Shell($"for number in 1 2 3 4; do echo 8000000$number-509f-382f-3c1e-e6bfe0fa1001 > two/{Type}/create; done");
        (int status, string output, _) = lab.Vfiomig($"plan one/{Type} --on two");

        Assert.Equal(0, status);
        Assert.Equal(
            [
                "1 two/80000001-509f-382f-3c1e-e6bfe0fa1001 device, exists",
                "2 two/80000002-509f-382f-3c1e-e6bfe0fa1001 device, exists",
                "3 two/80000003-509f-382f-3c1e-e6bfe0fa1001 device, exists",
                "4 two/80000004-509f-382f-3c1e-e6bfe0fa1001 device, exists",
                $"5 two/{Label} type, full now",
            ],
            output.Split('\n')[..^2].Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public void Plan_AsJson_HasEverythingAboutACandidate()
    {
        using CompatibilityLab lab = CompatibilityLab.Strict();
        lab.Shell($"echo {CompatibilityLab.Uuid} > two/{Type}/create");
        JsonElement plan = Json(lab, $"one/{Type} --on one two");

        Assert.Equal(
            ("8086-193b-GVTg_V5_4-00000001", 8, 4),
            (plan.GetProperty("version").GetString(), plan.GetProperty("considered").GetInt32(), plan.GetProperty("probes").GetInt32()));
        Assert.Equal(
            [
                $$"""{"host":"two","node":"two/{{Label}}","mdev_type":"i915-GVTg_V5_4","creation_parameters":"","is_type":true,"version":"8086-193b-GVTg_V5_4-00000001","has_room":true,"available_instances":3}""",
                $$"""{"host":"two","node":"two/{{CompatibilityLab.Uuid}}","mdev_type":"i915-GVTg_V5_4","creation_parameters":"","is_type":false,"version":"8086-193b-GVTg_V5_4-00000001","has_room":true}""",
            ],
            plan.GetProperty("candidates").EnumerateArray().Select(candidate => JsonSerializer.Serialize(candidate)));
    }

    /// <summary>R17: two quarters of the one card fit where a half of the other does. Probing every candidate gives the same result.</summary>
    [Fact]
    public void Exhaustive_FindsTheSameCandidates()
    {
        using CompatibilityLab lab = CompatibilityLab.Relaxed();
        lab.Shell($$"""
            echo 00000001-509f-382f-3c1e-e6bfe0fa1001,aggregate=2 > a/{{Type}}/create
            echo 00000002-509f-382f-3c1e-e6bfe0fa1001,aggregate=2 > b/{{Type}}/create
            echo 00000003-509f-382f-3c1e-e6bfe0fa1001 > b/class/mdev_bus/mtty/mdev_supported_types/mtty-2/create
            """);
        const string Half = "a/bus/mdev/devices/00000001-509f-382f-3c1e-e6bfe0fa1001";
        foreach (string source in new[] { Half, $"a/{Type}", "b/class/mdev_bus/mtty/mdev_supported_types/mtty-2", "a/class/mdev_bus/0.0.0313/mdev_supported_types/vfio-ccw_IO" })
        {
            JsonElement quick = Json(lab, source);
            JsonElement thorough = Json(lab, $"{source} --exhaustive");

            Assert.Equal(quick.GetProperty("candidates").GetRawText(), thorough.GetProperty("candidates").GetRawText());
            Assert.Equal(thorough.GetProperty("considered").GetInt32(), thorough.GetProperty("probes").GetInt32());
            Assert.InRange(quick.GetProperty("probes").GetInt32(), 1, thorough.GetProperty("probes").GetInt32() - 1);
        }

        Assert.Equal(
            [
                "a/0000:00:02.0/i915-GVTg_V5_2",
                "a/0000:00:02.0/i915-GVTg_V5_4,aggregate=2",
                "a/0000:00:02.0/i915-GVTg_V5_8,aggregate=4",
                "b/00000002-509f-382f-3c1e-e6bfe0fa1001",
                "b/0000:00:02.0/i915-GVTg_V5_2",
                "b/0000:00:02.0/i915-GVTg_V5_4,aggregate=2",
                "b/0000:00:02.0/i915-GVTg_V5_8,aggregate=4",
            ],
            Nodes(Json(lab, Half)));
    }

    /// <summary>Options of the drivers differ, the strings do not: they are not of one kind.</summary>
    [Fact]
    public void Exhaustive_OverDriversWithOtherRules_FindsTheSameCandidates()
    {
        using CompatibilityLab lab = CompatibilityLab.Hybrid();
        lab.Shell($"for host in mdev anymdev; do echo {CompatibilityLab.Uuid} > $host/class/mdev_bus/{CompatibilityLab.Address}/mdev_supported_types/wrapper_mdev-154c/create; done");
        string source = $"phys/bus/pci/devices/{CompatibilityLab.Address}";
        JsonElement plan = Json(lab, source);

        Assert.Equal(
            [
                $"anymdev/{CompatibilityLab.Address}/wrapper_mdev-154c",
                $"anymdev/{CompatibilityLab.Uuid}",
                $"anyphys/{CompatibilityLab.Address}",
                $"both/{CompatibilityLab.Address}",
                $"new/{CompatibilityLab.Address}",
            ],
            Nodes(plan));
        Assert.Equal(Nodes(plan), Nodes(Json(lab, $"{source} --exhaustive")));
    }

    /// <summary>Two labs may well call a host the same, and the hosts may have the same devices.</summary>
    [Fact]
    public void HostOfAnotherLab_WithTheSameName_IsACandidate()
    {
        using CompatibilityLab here = CompatibilityLab.Strict();
        using CompatibilityLab there = CompatibilityLab.Strict();
        (int status, string output, _) = here.Vfiomig($"plan one/{Type} --on {there.Mount}/one");

        Assert.Equal(0, status);
        Assert.StartsWith($"  1  one/{Label}  type, room for 4\n1 of 4 can take it;", output, StringComparison.Ordinal);
    }

    [Fact]
    public void NoCandidate_IsStatusOne()
    {
        using CompatibilityLab lab = CompatibilityLab.Strict();
        (int status, string output, string errors) = lab.Vfiomig($"plan one/{Type} --on other absent");

        Assert.Equal((1, ""), (status, errors));
        Assert.StartsWith("0 of 4 can take it;", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Question_ThatCannotBeAsked_IsStatusTwo()
    {
        using CompatibilityLab lab = CompatibilityLab.Strict();
        foreach ((string arguments, string sentence) in new[]
        {
            ("", "'src' missing"),
            ("nothing", "nothing: no such directory"),
            ($"one/{Type} two", "unexpected argument 'two'"),
            ($"one/{Type} --most", "unknown option '--most'"),
            ($"one/{Type} --on nothing", "nothing: no tree here"),
            ($"one/{Type} --on one one/bus", "one/bus: no tree here"),
            ($"inert/{Type}", "migration_version cannot be read: No such device (ENODEV)"),
            ($"absent/{Type}", "migration_version cannot be read: No such file or directory (ENOENT)"),
            ("one", "one: neither a type"),
        })
        {
            (int status, string output, string errors) = lab.Vfiomig($"plan {arguments}");

            Assert.True(status == 2, $"{arguments}: {status} {output} {errors}");
            Assert.Contains(sentence, errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        }
    }

    private static JsonElement Json(CompatibilityLab lab, string arguments, int expectedStatus = 0)
    {
        (int status, string output, string errors) = lab.Vfiomig($"plan {arguments} --json");
        Assert.Equal((expectedStatus, ""), (status, errors));
        return JsonDocument.Parse(output).RootElement;
    }

    private static IEnumerable<string?> Nodes(JsonElement plan) =>
        plan.GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("node").GetString()).Order(StringComparer.Ordinal);
}
