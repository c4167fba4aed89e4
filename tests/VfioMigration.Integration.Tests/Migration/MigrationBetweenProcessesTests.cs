using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

using VfioMigration.Integration.Tests.Support;
using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.Migration;

/// <summary>Two daemons, and what happens when one of them dies.</summary>
public sealed class MigrationBetweenProcessesTests : IDisposable
{
    private const int SIGKILL = 9;
    private const string Nic = MigrationLab.Nic;

    private readonly RunningLab source = new(MigrationLab.Of("a"));
    private RunningLab? target;

    public void Dispose()
    {
        target?.Dispose();
        source.Dispose();
    }

    [Fact]
    public void NeighbourOnThisMachine_IsFoundByTheNameOfItsHost()
    {
        StartTarget();
        MigrateAndCheck($"b/{Nic}");
    }

    [Fact]
    public void UnixSocket_TakesAMigration()
    {
        string path = Path.Combine(source.Folder, "in.sock");
        StartTarget("--listen", $"unix:{path}");
        MigrateAndCheck($"unix:{path}/b/{Nic}");
    }

    [Fact]
    public void TcpOnTheLoopbackInterface_NeedsNoTls()
    {
        int port = FreePort();
        StartTarget("--listen", $"tcp:127.0.0.1:{port}");
        MigrateAndCheck($"tcp:127.0.0.1:{port}/b/{Nic}");
    }

    [Fact]
    public void ListeningToOtherMachinesWithoutTls_IsRefused()
    {
        (int status, _, string errors) = Program.Vfiomig(source.Environment, "up", Path.Combine(source.Folder, "other"), "--listen", "tcp:0.0.0.0:4321");

        Assert.Equal(1, status);
        Assert.Contains("requires --tls-cert", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pipe_CarriesAMigration(bool withAnswer)
    {
        StartTarget();
        MigrationLab.Run(source, "guest", "start", $"a/{Nic}", "memory=8");
        string environment = $"export VFIOMIG_RUNTIME_DIR='{source.Environment["VFIOMIG_RUNTIME_DIR"]}'; v='{Program.Path}'; set -o pipefail; ";
        (int status, _, string errors) = Program.Bash(environment + (withAnswer
            ? $"$v send a/{Nic} -- $v receive b/{Nic}"
            : $"$v send a/{Nic} | cat | $v receive b/{Nic}"));

        Assert.True(status == 0, errors);
        Assert.Equal((withAnswer ? "none" : "handed-over", "running"), (MigrationLab.Status(source, $"a/{Nic}"), MigrationLab.Status(target!, $"b/{Nic}")));
        Assert.StartsWith("ok", MigrationLab.Run(target!, "guest", "verify", $"b/{Nic}"), StringComparison.Ordinal);
    }

    /// <summary>Nothing tells the source whether anybody reads the stream: its user decides.</summary>
    [Fact]
    public void StreamWithoutAnswer_LeavesTheGuestToBeResumed()
    {
        MigrationLab.Run(source, "guest", "start", $"a/{Nic}", "memory=4");
        string environment = $"export VFIOMIG_RUNTIME_DIR='{source.Environment["VFIOMIG_RUNTIME_DIR"]}'; ";
        Assert.Equal(0, Program.Bash($"{environment} '{Program.Path}' send a/{Nic} | cat > /dev/null").Status);
        Assert.Equal("handed-over", MigrationLab.Status(source, $"a/{Nic}"));

        MigrationLab.Run(source, "guest", "resume", $"a/{Nic}");

        Assert.Equal("running", MigrationLab.Status(source, $"a/{Nic}"));
        Assert.StartsWith("ok", MigrationLab.Run(source, "guest", "verify", $"a/{Nic}"), StringComparison.Ordinal);
    }

    /// <summary>A file holds a guest as well, and a damaged one is refused.</summary>
    [Fact]
    public void File_KeepsAGuest_AndADamagedOneIsRefused()
    {
        StartTarget();
        MigrationLab.Run(source, "guest", "start", $"a/{Nic}", "memory=4");
        string file = Path.Combine(source.Folder, "guest");
        string environment = $"export VFIOMIG_RUNTIME_DIR='{source.Environment["VFIOMIG_RUNTIME_DIR"]}'; v='{Program.Path}'; ";
        Assert.Equal(0, Program.Bash($"{environment} $v send a/{Nic} > '{file}'").Status);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file + ".damaged", bytes);

        (int status, _, string errors) = Program.Bash($"{environment} $v receive b/{Nic} < '{file}.damaged'");
        Assert.Equal(1, status);
        Assert.Contains("is corrupt (CRC-32C)", errors, StringComparison.Ordinal);
        Assert.Equal("none", MigrationLab.Status(target!, $"b/{Nic}"));
        Assert.Equal(0, Program.Bash($"{environment} $v receive b/{Nic} < '{file}'").Status);
        Assert.StartsWith("ok", MigrationLab.Run(target!, "guest", "verify", $"b/{Nic}"), StringComparison.Ordinal);
    }

    [Fact]
    public void KilledTarget_LeavesTheGuestRunningAtTheSource()
    {
        StartTarget();
        using Process migration = StartSlowly();
        MigrationLab.WaitForPhase(migration, "pre-copy");
        target!.Stop(SIGKILL);

        Assert.Equal(1, Program.Finish(migration).Status);
        Assert.Equal("running", MigrationLab.Status(source, $"a/{Nic}"));
        Assert.StartsWith("ok", MigrationLab.Run(source, "guest", "verify", $"a/{Nic}"), StringComparison.Ordinal);
    }

    [Fact]
    public void KilledSource_LeavesNoHalfGuestAtTheTarget()
    {
        StartTarget();
        using Process migration = StartSlowly();
        MigrationLab.WaitForPhase(migration, "pre-copy");
        source.Stop(SIGKILL);

        Assert.Equal(1, Program.Finish(migration).Status);
        using Process log = Program.Start(Program.Path, ["dmesg", "--host", "b", "-w"], target!.Environment);
        Program.WaitForLine(log.StandardOutput, "failed");
        log.Kill();
        Assert.Equal("none", MigrationLab.Status(target, $"b/{Nic}"));
        Assert.Equal("RUNNING\n", File.ReadAllText($"{target.Mount}/kernel/debug/vfio/{Nic}/migration/state"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public void InterruptedCommand_CancelsTheMigrationAndSaysWhereTheGuestIs(int signal)
    {
        StartTarget();
        using Process migration = StartSlowly();
        MigrationLab.WaitForPhase(migration, "pre-copy");
        ProcessImage.Kill(migration.Id, signal);

        (int status, string output, _) = Program.Finish(migration);
        Assert.Equal(1, status);
        Assert.Contains("the guest keeps running on the source", output, StringComparison.Ordinal);
        Assert.Equal("running", MigrationLab.Status(source, $"a/{Nic}"));
    }

    private void StartTarget(params string[] more) => target = new RunningLab(MigrationLab.Of("b"), null, source, more);

    /// <summary>A migration that does not come to its end by itself for a while.</summary>
    private Process StartSlowly()
    {
        MigrationLab.Run(source, "guest", "start", $"a/{Nic}", "memory=32", "rate=0");
        return Program.Start(
            Program.Path, ["migrate", $"a/{Nic}", $"b/{Nic}", "--json", "--bandwidth", "1", "--downtime", "0", "--max-rounds", "1000"], source.Environment);
    }

    private void MigrateAndCheck(string address)
    {
        MigrationLab.Run(source, "guest", "start", $"a/{Nic}", "memory=8");
        MigrationLab.Run(source, "migrate", $"a/{Nic}", address);

        Assert.Equal(("none", "running"), (MigrationLab.Status(source, $"a/{Nic}"), MigrationLab.Status(target!, $"b/{Nic}")));
        Assert.StartsWith("ok", MigrationLab.Run(target!, "guest", "verify", $"b/{Nic}"), StringComparison.Ordinal);
    }

    internal static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
