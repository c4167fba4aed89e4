using System.Text.Json.Nodes;

using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Vendors.External;

namespace VfioMigration.Vendors.External.Tests;

/// <summary>Programs made of a few lines of shell.</summary>
public sealed class ExternalProgramTests : IDisposable
{
    private const string Uuid = "000000a0-1111-4222-8333-444455556666";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-external").FullName;
    private readonly ManualClock clock = new();
    private readonly List<string> reports = [];
    private readonly VendorCalls calls = new(TimeProvider.System) { Timeouts = VendorTimeouts.With(new Dictionary<string, TimeSpan> { ["describe"] = TimeSpan.FromSeconds(2) }) };
    private ExternalProgram? program;

    public void Dispose()
    {
        program?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Answer_IsTheResult()
    {
        Start("""read q; echo '{"id":1,"result":{"answer":42}}'; cat > /dev/null""", Patience);

        Assert.Equal(42, program!.Ask("driver", []).Value["answer"]!.GetValue<int>());
        Assert.Empty(reports);
    }

    [Theory]
    [InlineData("""{"id":1,"error":{"errno":"ENOSPC","message":"full"}}""", Errno.ENOSPC)]
    [InlineData("""{"id":1,"error":{"errno":"ENONSENSE"}}""", Errno.EPROTO)]
    [InlineData("""{"id":1,"error":{"errno":"EINTR"}}""", Errno.EPROTO)]
    [InlineData("""{"id":1,"error":{"errno":"EKEYREVOKED"}}""", Errno.EKEYREVOKED)]
    [InlineData("""{"id":1,"error":{"errno":"EWOULDBLOCK"}}""", Errno.EAGAIN)]
    [InlineData("""{"id":1,"error":{"errno":140}}""", (Errno)140)]
    [InlineData("""{"id":1,"error":{"errno":0}}""", Errno.EPROTO)]
    [InlineData("""{"id":1,"error":{"errno":-5}}""", Errno.EPROTO)]
    [InlineData("""{"id":1,"error":"full"}""", Errno.EPROTO)]
    [InlineData("""{"id":1}""", Errno.EPROTO)]
    [InlineData("""{"id":1,"result":7}""", Errno.EPROTO)]
    [InlineData("""{"id":"1","result":{}}""", Errno.EIO)]
    [InlineData("[1]", Errno.EIO)]
    [InlineData("not json", Errno.EIO)]
    public void OtherAnswer_IsAnErrno(string answer, Errno errno)
    {
        Start($"read q; echo '{answer}'; cat > /dev/null", Patience);

        Assert.Equal(errno, program!.Ask("driver", []).Error);
    }

    /// <summary>What a program says of its refusals, and that it said nonsense, is reported; what it merely does not know is not.</summary>
    [Theory]
    [InlineData("""{"errno":"ENOSPC","message":"the card is full"}""", "answers 'create' with ENOSPC: the card is full")]
    [InlineData("""{"errno":"ENOSPC"}""", null)]
    [InlineData("""{"errno":"EOPNOTSUPP","message":"no such method"}""", null)]
    [InlineData("""{"errno":"EFOO","message":"x"}""", "answers 'create' with \"EFOO\", which is no errno that Linux or this driver knows")]
    [InlineData("""{"errno":4096}""", "answers 'create' with 4096, which is no errno that Linux or this driver knows")]
    [InlineData("""{"errno":"EINTR"}""", "answers 'create' with \"EINTR\", which is not for drivers")]
    [InlineData("""{"message":"x"}""", "answers 'create' with no errno, which is no errno that Linux or this driver knows")]
    [InlineData("""{"errno":"ENOMIGRATION","message":"x"}""", "answers 'create' with ENOMIGRATION: x")]
    [InlineData("""{"errno":140,"message":"x"}""", "answers 'create' with ENOMIGRATION: x")]
    [InlineData("""{"errno":4095,"message":"x"}""", "answers 'create' with errno 4095: x")]
    public void Error_IsReportedWithItsMessage(string error, string? report)
    {
        Start($"read q; echo '{{\"id\":1,\"error\":{error}}}'; cat > /dev/null", Patience);

        program!.Errnos = DriverErrnos.Create(new Dictionary<string, int> { ["ENOMIGRATION"] = 140 }, out _)!;

        program.Ask("create", []);

        Assert.Equal(report is null, reports.Count == 0);
        Assert.All(reports, said => Assert.EndsWith(report!, said, StringComparison.Ordinal));
    }

    [Fact]
    public void ProgramThatFallsSilent_IsETIMEDOUTAndKilled()
    {
        Start("""read q; echo '{"id":1,"result":{}}'; while read q; do :; done""", TimeSpan.FromMilliseconds(50));
        Assert.True(program!.Ask("driver", []).IsOk);

        Assert.Equal(Errno.ETIMEDOUT, program.Ask("version", []).Error);
        Assert.Equal(Errno.EIO, program.Ask("version", []).Error);
        Assert.Contains("did not answer 'version' within 50 ms and was killed", Assert.Single(reports), StringComparison.Ordinal);
    }

    [Fact]
    public void ProgramThatEnds_IsEIOUntilItIsStartedAgain()
    {
        Start("""read q; n=$(cat runs 2> /dev/null); echo x$n > runs; [ -n "$n" ] && echo '{"id":1,"result":{}}'""", Patience);

        Assert.Equal(Errno.EIO, program!.Ask("version", []).Error);
        Assert.Equal(Errno.EIO, program.Ask("version", []).Error);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(program.Ask("version", []).IsOk);
    }

    /// <summary>A guest must not be lost to the pause between two starts.</summary>
    [Fact]
    public async Task QuestionThatAGuestDependsOn_WaitsUntilTheProgramMayBeRestarted()
    {
        Start("""read q; echo '{"id":1,"result":{}}'""", Patience);
        Assert.True(program!.Ask("version", []).IsOk);
        Assert.True(SpinWait.SpinUntil(() => program.Ask("version", []).Error == Errno.EIO, Patience));

        Task<Result<JsonObject>> asked = Task.Run(() => program.Ask("continue", [], waits: true));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await asked.WaitAsync(Patience)).IsOk);
    }

    [Fact]
    public void RestartedProgram_IsToldOfTheDevicesFirst()
    {
        Start(
            """i=1; while [ $i -le 2 ] && read q; do echo "$q" >> questions; echo '{"id":'$i',"result":{}}'; i=$((i + 1)); done""",
            Patience);
        Assert.Equal(Errno.None, program!.Create("half", Uuid));
        Assert.True(program.Ask("version", []).IsOk);
        Assert.True(SpinWait.SpinUntil(() => program.Ask("version", []).Error == Errno.EIO, Patience));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(program.Ask("version", []).IsOk);

        JsonNode[] asked = [.. File.ReadAllLines(Path.Combine(folder, "questions")).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(["create", "version", "create", "version"], asked.Select(question => question["method"]!.GetValue<string>()));
        Assert.Equal([false, true], new[] { asked[0], asked[2] }.Select(question => question["params"]!["restored"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("""echo '{"id":1,"id":1,"result":{}}'; cat > /dev/null""", "malformed response: ")]
    [InlineData("yes '{\"id\":99,\"result\":{}}'", "malformed response: 1025 answers to requests that were not pending")]
    [InlineData("cat /dev/zero", "malformed response: a line of more than 1048576 bytes")]
    [InlineData("yes | tr -d '\\n'", "malformed response: a line of more than 1048576 bytes")]
    [InlineData("head -c 100000 /dev/zero | tr '\\0' '['; echo; cat > /dev/null", "malformed response: ")]
    [InlineData("printf '{\"id\":1,\"result\":{}}'", "malformed response: the last line has no newline")]
    [InlineData("printf '\\377\\n'; cat > /dev/null", "malformed response: invalid UTF-8")]
    [InlineData("exit 3", "ended")]
    public void MalformedOutput_EndsTheSessionWithALine(string output, string report)
    {
        Start($"read q; {output}", Patience);

        Assert.Equal(Errno.EIO, program!.Ask("driver", []).Error);

        Assert.Contains(report, Assert.Single(reports), StringComparison.Ordinal);
    }

    /// <summary>The guard has its watchdog for a driver that hangs; a program never lets it come to that.</summary>
    [Fact]
    public void QuestionInACallback_EndsBeforeTheCallbackDoes()
    {
        var guard = new VendorGuard(calls, reports.Add);
        Start("cat > /dev/null", null);

        VendorAnswer answer = guard.Call(VendorCall.Describe, program!, static program => program.Ask("version", []).Error);

        Assert.Equal((Errno.ETIMEDOUT, false), (answer.Error, answer.Failed));
        Assert.False(guard.IsBroken);
        Assert.Matches(@"did not answer 'version' within 1\d\d\d ms and was killed$", Assert.Single(reports));
    }

    [Fact]
    public void CommandThatDoesNotExist_IsEIO()
    {
        program = new ExternalProgram("/nonexistent/driver", Patience, calls, clock, reports.Add);

        Assert.Equal(Errno.EIO, program.Ask("driver", []).Error);
    }

    [Fact]
    public void DisposedProgram_IsEIO()
    {
        Start("cat > /dev/null", Patience);
        program!.Dispose();

        Assert.Equal(Errno.EIO, program.Ask("driver", []).Error);
    }

    private void Start(string script, TimeSpan? patience)
    {
        string file = Path.Combine(folder, "driver.sh");
        File.WriteAllText(file, $"cd {folder}\n{script}\n");
        program = new ExternalProgram($"sh {file}", patience, calls, clock, reports.Add);
    }

    private sealed class ManualClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref now);

        internal void Advance(TimeSpan by) => Interlocked.Add(ref now, by.Ticks);
    }
}
