using System.Text.Json;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Migration;

/// <summary><c>vfiomig migrate</c> between hosts of one process, as a user runs it.</summary>
public sealed class MigrateCommandTests : IDisposable
{
    private readonly RunningLab lab = new(MigrationLab.Of("a", "b"));

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData(MigrationLab.Nic)]
    [InlineData(MigrationLab.Disk)]
    public void FunctionUnderAWorkload_ArrivesAndContinues(string device)
    {
        MigrationLab.Run(lab, "guest", "start", $"a/{device}", "memory=32", "rate=5000", "pattern=hotspot", "seed=7");

        MigrationLab.Run(lab, "migrate", $"a/{device}", $"b/{device}");

        Assert.Equal(("none", "running"), (MigrationLab.Status(lab, $"a/{device}"), MigrationLab.Status(lab, $"b/{device}")));
        Assert.StartsWith("ok", MigrationLab.Run(lab, "guest", "verify", $"b/{device}"), StringComparison.Ordinal);
        Assert.Equal("RUNNING\n", File.ReadAllText($"{lab.Mount}/a/kernel/debug/vfio/{device}/migration/state"));
        Assert.Equal("RUNNING\n", File.ReadAllText($"{lab.Mount}/b/kernel/debug/vfio/{device}/migration/state"));
        MigrationLab.Run(lab, "guest", "stop", $"b/{device}");
        Assert.Equal("none", MigrationLab.Status(lab, $"b/{device}"));
    }

    /// <summary>mtty by the merged uAPI, mdpy by the v1 region, mbochs by the RFC's.</summary>
    [Theory]
    [InlineData("mtty-2")]
    [InlineData("mdpy-vga")]
    [InlineData("mbochs-small")]
    public void MediatedDevice_MovesThereAndBack(string type)
    {
        string uuid = MigrationLab.Create(lab, type, "a", "b");
        MigrationLab.Run(lab, "guest", "start", $"a/{uuid}", "memory=8");
        MigrationLab.Run(lab, "migrate", $"a/{uuid}", $"b/{uuid}");
        MigrationLab.Run(lab, "migrate", $"b/{uuid}", $"a/{uuid}");

        Assert.Equal(("running", "none"), (MigrationLab.Status(lab, $"a/{uuid}"), MigrationLab.Status(lab, $"b/{uuid}")));
        Assert.StartsWith("ok", MigrationLab.Run(lab, "guest", "verify", $"a/{uuid}"), StringComparison.Ordinal);
    }

    [Fact]
    public void PausedGuest_StaysPaused()
    {
        MigrationLab.Run(lab, "guest", "start", $"a/{MigrationLab.Nic}", "memory=4");
        MigrationLab.Run(lab, "guest", "pause", $"a/{MigrationLab.Nic}");
        MigrationLab.Run(lab, "migrate", $"a/{MigrationLab.Nic}", $"b/{MigrationLab.Nic}");

        Assert.Equal("paused", MigrationLab.Status(lab, $"b/{MigrationLab.Nic}"));
    }

    [Fact]
    public void DeviceWithoutGuest_MovesAlone()
    {
        string uuid = MigrationLab.Create(lab, "mtty-1", "a", "b");

        Assert.Contains("the device's state was moved to the target", MigrationLab.Run(lab, "migrate", $"a/{uuid}", $"b/{uuid}"), StringComparison.Ordinal);
    }

    /// <summary>It refuses while the source is sending, and the source would only see a closed connection.</summary>
    [Fact]
    public void TargetThatCannotLoad_SaysWhyInTheSourcesMessage()
    {
        string uuid = Guid.NewGuid().ToString();
        File.WriteAllText($"{lab.Mount}/a/class/mdev_bus/mtty/mdev_supported_types/mtty-1/create", uuid);
        File.WriteAllText($"{lab.Mount}/b/class/mdev_bus/mtty/mdev_supported_types/mtty-2/create", uuid);
        MigrationLab.Run(lab, "guest", "start", $"a/{uuid}", "memory=64", "rate=20000");

        (int status, _, string errors) = lab.Command("migrate", $"a/{uuid}", $"b/{uuid}", "--unchecked");

        Assert.Equal(1, status);
        Assert.StartsWith("vfiomig: the target refused: ", errors, StringComparison.Ordinal);
        Assert.EndsWith("; the guest keeps running on the source\n", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp:127.0.0.1:1", "ECONNREFUSED")]
    [InlineData("unix:/no/such/socket", "ENOENT")]
    [InlineData("tcp:127.0.0.1", "neither unix:PATH nor tcp:NAME:PORT")]
    public void TargetThatCannotBeReached_IsTheReason(string endpoint, string reason)
    {
        (int status, _, string errors) = lab.Command("migrate", $"a/{MigrationLab.Nic}", $"{endpoint}/b/{MigrationLab.Nic}");

        Assert.Equal(1, status);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ReportThatCannotBeWritten_RefusesBeforeAnythingMoves()
    {
        MigrationLab.Run(lab, "guest", "start", $"a/{MigrationLab.Nic}", "memory=4");

        (int status, _, string errors) = lab.Command("migrate", $"a/{MigrationLab.Nic}", $"b/{MigrationLab.Nic}", "--report", "/no/such/folder/page.html");

        Assert.NotEqual(0, status);
        Assert.Contains("--report /no/such/folder/page.html", errors, StringComparison.Ordinal);
        Assert.Equal(("running", "none"), (MigrationLab.Status(lab, $"a/{MigrationLab.Nic}"), MigrationLab.Status(lab, $"b/{MigrationLab.Nic}")));
    }

    [Fact]
    public void Json_IsOneEventPerLine_AndTheReportHasPlots()
    {
        MigrationLab.Run(lab, "guest", "start", $"a/{MigrationLab.Nic}", "memory=16", "rate=20000");
        string report = Path.Combine(lab.Folder, "report.html");

        string output = MigrationLab.Run(lab, "migrate", $"a/{MigrationLab.Nic}", $"b/{MigrationLab.Nic}", "--json", "--report", report);

        JsonElement[] events = [.. output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        string[] phases = [.. events.Where(e => e.GetProperty("event").GetString() == "phase").Select(e => e.GetProperty("phase").GetString()!)];
        Assert.Equal(["check", "pre-copy", "stop-copy", "resume", "switchover"], phases);
        Assert.Equal("done", events[^1].GetProperty("event").GetString());
        Assert.True(events[^1].GetProperty("downtime_seconds").GetDouble() > 0);
        string html = File.ReadAllText(report);
        Assert.Equal(4, html.Split("<svg").Length - 1);
        Assert.Contains("class=\"stop\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void TargetOfAnotherKind_RefusesBeforeAnythingMoves()
    {
        string one = MigrationLab.Create(lab, "mtty-1", "a");
        string two = MigrationLab.Create(lab, "mtty-2", "b");
        MigrationLab.Run(lab, "guest", "start", $"a/{one}", "memory=4");

        (int status, string output, string errors) = lab.Command("migrate", $"a/{one}", $"b/{two}");

        Assert.Equal(1, status);
        Assert.Contains("does not accept the migration version 'mtty-1.0-ports=1'", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("pre-copy", output, StringComparison.Ordinal);
        Assert.Equal(("running", "none"), (MigrationLab.Status(lab, $"a/{one}"), MigrationLab.Status(lab, $"b/{two}")));
    }

    [Theory]
    [InlineData("a/nothing", "b/nothing", "a has no VFIO device 'nothing'")]
    [InlineData("a/0000:06:10.0", "b/nothing", "b has no VFIO device 'nothing'; create it first")]
    [InlineData("a/0000:06:10.0", "b", "a device is HOST/DEVICE")]
    [InlineData("a/0000:06:10.0", "tcp:192.0.2.1:99/b/0000:06:10.0", "requires TLS")]
    [InlineData("a/0000:06:10.0", "http:x:1/b/c", "neither unix:PATH nor tcp:NAME:PORT")]
    [InlineData("x/0000:06:10.0", "b/0000:06:10.0", "no running host 'x'")]
    public void Nonsense_IsNamed(string source, string target, string expected)
    {
        (int status, _, string errors) = lab.Command("migrate", source, target);

        Assert.Equal(1, status);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    /// <summary>Lost marks must be found: the check on the target goes red, and the guest runs on where it was.</summary>
    [Fact]
    public void LostDirtyBits_AreFound()
    {
        string inject = $"{lab.Mount}/a/kernel/debug/vfiomig/{MigrationLab.Nic}/inject";
        MigrationLab.Run(lab, "guest", "start", $"a/{MigrationLab.Nic}", "memory=16", "rate=0");
        File.WriteAllText(inject, "lose-dirty n=2\n");

        (int status, _, string errors) = lab.Command("migrate", $"a/{MigrationLab.Nic}", $"b/{MigrationLab.Nic}", "--max-rounds", "5", "--downtime", "0");

        Assert.Equal(1, status);
        Assert.Matches("checksum mismatch in page [0-9]+ of guest memory", errors);
        Assert.Equal(("running", "none"), (MigrationLab.Status(lab, $"a/{MigrationLab.Nic}"), MigrationLab.Status(lab, $"b/{MigrationLab.Nic}")));
        File.WriteAllText(inject, "clear\n");
        MigrationLab.Run(lab, "migrate", $"a/{MigrationLab.Nic}", $"b/{MigrationLab.Nic}");
        Assert.StartsWith("ok", MigrationLab.Run(lab, "guest", "verify", $"b/{MigrationLab.Nic}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut at=0", "cut")]
    [InlineData("cut at=100000", "cut")]
    [InlineData("arc RUNNING_P2P STOP EIO", "EIO")]
    [InlineData("arc STOP STOP_COPY ENOMEM", "ENOMEM")]
    [InlineData("arc PRE_COPY_P2P STOP_COPY EIO", "EIO")]
    [InlineData("stream EIO at=10", "EIO")]
    [InlineData("stream short at=10", "")]
    public void FaultBeforeTheCommit_LeavesTheGuestAtTheSource(string rule, string expected)
    {
        MigrationLab.Run(lab, "guest", "start", $"a/{MigrationLab.Nic}", "memory=4");
        File.WriteAllText($"{lab.Mount}/a/kernel/debug/vfiomig/{MigrationLab.Nic}/inject", rule);

        (int status, _, string errors) = lab.Command("migrate", $"a/{MigrationLab.Nic}", $"b/{MigrationLab.Nic}");
        bool struck = status == 1;

        // An arc that is not on this way does not strike.
        Assert.Equal(!rule.StartsWith("arc RUNNING_P2P", StringComparison.Ordinal) && !rule.StartsWith("arc STOP ", StringComparison.Ordinal), struck);
        Assert.Contains(struck ? expected : "", errors, StringComparison.Ordinal);
        Assert.Equal(
            struck ? ("running", "none") : ("none", "running"),
            (MigrationLab.Status(lab, $"a/{MigrationLab.Nic}"), MigrationLab.Status(lab, $"b/{MigrationLab.Nic}")));
        string where = struck ? "a" : "b";
        Assert.StartsWith("ok", MigrationLab.Run(lab, "guest", "verify", $"{where}/{MigrationLab.Nic}"), StringComparison.Ordinal);
    }

    /// <summary>Only a reset leaves ERROR, and the guest's driver has to cope with that, as on hardware.</summary>
    [Fact]
    public void DeviceThatBreaks_IsResetAndItsGuestHasFailed()
    {
        MigrationLab.Run(lab, "guest", "start", $"a/{MigrationLab.Nic}", "memory=4");
        File.WriteAllText($"{lab.Mount}/a/kernel/debug/vfiomig/{MigrationLab.Nic}/inject", "arc PRE_COPY_P2P STOP_COPY EIO break");

        (int status, _, string errors) = lab.Command("migrate", $"a/{MigrationLab.Nic}", $"b/{MigrationLab.Nic}");

        Assert.Equal(1, status);
        Assert.Contains("and was reset", errors, StringComparison.Ordinal);
        Assert.StartsWith("failed: the device could not be resumed", MigrationLab.Status(lab, $"a/{MigrationLab.Nic}"), StringComparison.Ordinal);
        Assert.Equal("none", MigrationLab.Status(lab, $"b/{MigrationLab.Nic}"));
        Assert.Equal("RUNNING\n", File.ReadAllText($"{lab.Mount}/a/kernel/debug/vfio/{MigrationLab.Nic}/migration/state"));
    }
}
