using VfioMigration.Posix;

namespace VfioMigration.Vendors.External.Tests;

/// <summary>No process of a program is left when its session ends, whatever it does to stay. Real processes; every wait is for an event.</summary>
public sealed class ProgramProcessesTests : IDisposable
{
    private readonly ProcessFifo fifo = new();
    private SupervisedProgram? program;

    public void Dispose()
    {
        program?.Dispose();
        fifo.Dispose();
    }

    [Fact]
    public void ProgramThatIgnoresSignals_EndsWithItsSession()
    {
        Start("stay()", 1);

        program!.Kill();

        fifo.WaitForEnd();
    }

    [Fact]
    public void OrphansInSessionsOfTheirOwn_EndWithTheSession()
    {
        Start("orphan(); orphan(lambda: (orphan(), stay())); stay()", 4);

        program!.Kill();

        fifo.WaitForEnd();
    }

    [Fact]
    public void Orphans_EndWithTheProgram()
    {
        Start("orphan(); sys.exit(0)", 1);

        fifo.WaitForEnd();
    }

    /// <summary>At no moment has it a process id for long.</summary>
    [Fact]
    public void ProcessThatForksAndEndsAllTheTime_EndsWithTheSession()
    {
        Start(
            """
            def run():
                ready()
                while True:
                    if os.fork():
                        os._exit(0)
            orphan(run)
            stay()
            """,
            2);

        program!.Kill();

        fifo.WaitForEnd();
    }

    /// <summary>Shell scripts end their children so.</summary>
    [Fact]
    public async Task ProgramThatSignalsItsGroup_DoesNotReachItsSupervisor()
    {
        Start(
            """
            seen, said = os.pipe()
            def begin():
                ready()
                os.write(said, b"x")
                while True:
                    signal.pause()
            orphan(begin)
            os.read(seen, 1)
            os.kill(0, signal.SIGKILL)
            """,
            1);

        fifo.WaitForEnd();
        await program!.Ended.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("SIGKILL")]
    [InlineData("SIGSTOP")]
    public void ProgramThatSignalsItsSupervisor_EndsWithTheSession(string signal)
    {
        Start($"parent = os.getppid(); orphan(); os.kill(parent, signal.{signal}); stay()", 2);

        program!.Kill();

        fifo.WaitForEnd();
    }

    [Fact]
    public void Streams_AreTheProgramsOwn()
    {
        program = SupervisedProgram.Start("sh -c 'read a; echo \"$a $a\"; exec >&-; exec sleep 1000'", TimeProvider.System, out _);

        program!.Input.Write("x\n"u8);

        Assert.Equal("x x\n", new StreamReader(program.Output).ReadToEnd());
    }

    /// <summary>
    /// Children inherit neither any descriptor but the standard streams nor the signals that the runtime ignores. Signals 32 and 33 are the C library's own, 13 and 25 Python's.
    /// </summary>
    [Fact]
    public void Program_HasDefaultSignalsAndNoStrayDescriptors()
    {
        program = SupervisedProgram.Start(fifo.Plain("""
            import os
            print(open("/proc/self/status").read().split("SigIgn:")[1].split()[0], sorted(set(os.listdir("/proc/self/fd")) - {"0", "1", "2"}))
            """), TimeProvider.System, out _);

        string[] seen = new StreamReader(program!.Output).ReadToEnd().Split(' ', 2);

        Assert.Equal(0UL, ulong.Parse(seen[0], System.Globalization.NumberStyles.HexNumber) & 0x7FFF_FFFF & ~(1UL << (13 - 1)) & ~(1UL << (25 - 1)));
        Assert.Equal("['3']\n", seen[1]);
    }

    private void Start(string script, int processes)
    {
        program = SupervisedProgram.Start(fifo.Command(script), TimeProvider.System, out string? problem);
        Assert.Null(problem);
        fifo.WaitForReady(processes);
    }
}
