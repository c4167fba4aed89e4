using System.Diagnostics;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.Faults;

/// <summary>Programs that misbehave (docs/out-of-process-drivers.md), under a daemon with another host.</summary>
public sealed class ProgramFaultTests : IDisposable
{
    /// <summary>Answers 'driver' rightly, and 'version' with its second argument, in which ID stands for the question's number.</summary>
    private const string Script = """
        import json, os, signal, sys
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        alive = os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK) if sys.argv[1] else -1
        if alive >= 0 and os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.write(alive, b"ready\n")
                while True:
                    signal.pause()
            os._exit(0)
        for line in sys.stdin:
            question = json.loads(line)
            answer = '{"id":ID,"result":{"types":[{"name":"one","max_instances":1}],"errnos":{"ENOMIGRATION":140}}}'
            if question["method"] != "driver":
                answer = sys.argv[2]
            sys.stdout.write(answer.replace("ID", str(question["id"])) + "\n")
            sys.stdout.flush()
        while alive >= 0:
            signal.pause()
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-programs-").FullName;
    private RunningLab? lab;

    public void Dispose()
    {
        lab?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("""{"id":ID,"id":ID,"result":{}}""", "duplicate", "Duplicate")]
    [InlineData("""{"id":ID,"result":{"version":"\ud800"}}""", "surrogate", "UTF-16")]
    [InlineData("not json", "text", "malformed response: ")]
    public void MalformedResponse_EndsTheSessionAndNothingElse(string answer, string name, string logged)
    {
        Start(answer, "");

        (int status, _, string errors) = Read();

        Assert.True(status != 0, name);
        Assert.Contains("Input/output error", errors, StringComparison.Ordinal);
        string log = lab!.Command("dmesg", "--host", "a").Output;
        Assert.Contains("sent a malformed response: ", log, StringComparison.Ordinal);
        Assert.Contains(logged, log, StringComparison.Ordinal);
        Assert.Equal("live\n", Program.Bash("cat b/module/mtty/initstate", lab.Mount).Output);
    }

    [Theory]
    [InlineData("\"EKEYREVOKED\"", "Key has been revoked", "EKEYREVOKED: out of luck")]
    [InlineData("\"ENOMIGRATION\"", "Unknown error 140", "ENOMIGRATION: out of luck")]
    [InlineData("141", "Unknown error 141", "errno 141: out of luck")]
    [InlineData("\"ENONSENSE\"", "Protocol error", "which is no errno that Linux or this driver knows")]
    public void ErrnoOfAProgram_ArrivesAndIsLoggedByName(string errno, string message, string logged)
    {
        Start($$$"""{"id":ID,"error":{"errno":{{{errno}}},"message":"out of luck"}}""", "");

        Assert.Contains(message, Read().Errors, StringComparison.Ordinal);
        Assert.Contains(logged, lab!.Command("dmesg", "--host", "a").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void DeclaredErrno_IsPrintedByCheckMatrixAndPlan()
    {
        Start("""{"id":ID,"error":{"errno":"ENOMIGRATION","message":"out of luck"}}""", "");
        string type = $"{lab!.Mount}/a/devices/virtual/acme/acme/mdev_supported_types/acme-one";

        Assert.Equal("acme ENOMIGRATION=140\n", Program.Bash("cat a/kernel/debug/vfiomig/errnos", lab.Mount).Output);
        Assert.Contains("cannot be read: ENOMIGRATION (ENOMIGRATION)", lab.Command("check", type, type).Output, StringComparison.Ordinal);
        Assert.Contains("\"errno\": \"ENOMIGRATION\"", lab.Command("matrix", "--json", "--hosts", $"{lab.Mount}/a").Output, StringComparison.Ordinal);
        Assert.Contains("(ENOMIGRATION)", lab.Command("plan", type, "--on", $"{lab.Mount}/a").Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(ProcessImage.SIGTERM)]
    public void EndOfTheDaemon_EndsProgramsAndTheirOrphans(int signal)
    {
        string fifo = Path.Combine(folder, "alive");
        Program.Bash($"mkfifo {fifo}");
        using Process reader = Program.Start("cat", [fifo]);
        using var keeper = new FileStream(fifo, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Start("{}", fifo);
        Program.WaitForLine(reader.StandardOutput, "ready");
        keeper.Dispose();

        lab!.Stop(signal);

        Assert.Equal(0, Program.Finish(reader).Status);
    }

    private (int Status, string Output, string Errors) Read() =>
        Program.Bash("LC_ALL=C cat a/devices/virtual/acme/acme/mdev_supported_types/acme-one/migration_version", lab!.Mount);

    private void Start(string answer, string fifo)
    {
        string script = Path.Combine(folder, "program.py");
        File.WriteAllText(script, Script);
        string command = System.Text.Json.JsonSerializer.Serialize($"python3 {script} '{fifo}' '{answer}'");
        lab = new RunningLab($$"""{ "syslog": "false", "hosts": [ { "name": "a", "drivers": [ { "name": "acme", "program": {{command}} } ] }, { "name": "b", "drivers": [ { "name": "mtty" } ] } ] }""");
    }
}
