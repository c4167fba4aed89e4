using System.Diagnostics;
using System.IO.Pipes;

namespace VfioMigration.Posix;

/// <summary>
/// A program with all its descendants, behind a supervisor (<see cref="ProgramSupervisor"/>). They are killed when the program ends, when this is disposed, and when this process ends, even by
/// SIGKILL. A program that kills its supervisor is killed from here, by the mark in its environment.
/// </summary>
public sealed class SupervisedProgram : IDisposable
{
    private const string Executable = "vfiomig";
    private const string MarkVariable = "VFIOMIG_PROGRAM";

    /// <summary>How long a supervisor may take to kill all; then it is killed itself, and its program from here.</summary>
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(2);

    private readonly Process supervisor;
    private readonly AnonymousPipeServerStream lifeline;
    private readonly string mark;
    private readonly TimeProvider clock;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int isKilled;

    private SupervisedProgram(Process supervisor, AnonymousPipeServerStream lifeline, string mark, TimeProvider clock)
    {
        this.supervisor = supervisor;
        this.lifeline = lifeline;
        this.mark = mark;
        this.clock = clock;
        Input = supervisor.StandardInput.BaseStream;
        Output = supervisor.StandardOutput.BaseStream;
        supervisor.Exited += (_, _) => OnExited();
        supervisor.EnableRaisingEvents = true;
    }

    /// <summary>The program's standard input. IOException when it is not read any more.</summary>
    public Stream Input { get; }

    /// <summary>The program's standard output.</summary>
    public Stream Output { get; }

    /// <summary>Completes when the program and all its descendants have ended.</summary>
    public Task Ended => ended.Task;

    /// <summary>Starts a command by the shell. Null with an error message, when that is impossible.</summary>
    /// <param name="command">Given to <c>/bin/sh -c</c>.</param>
    /// <param name="clock">Measures how long the supervisor takes to kill.</param>
    /// <param name="problem">The error message.</param>
    public static SupervisedProgram? Start(string command, TimeProvider clock, out string? problem)
    {
        problem = null;
        string mark = Guid.NewGuid().ToString("N");
        var lifeline = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        if (SupervisorCommand() is [var file, .. var arguments])
        {
            var start = new ProcessStartInfo(file, [.. arguments, ProgramSupervisor.CommandName, lifeline.GetClientHandleAsString(), command])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            start.Environment[MarkVariable] = mark;
            try
            {
                if (Process.Start(start) is { } process)
                {
                    lifeline.DisposeLocalCopyOfClientHandle();
                    return new SupervisedProgram(process, lifeline, mark, clock);
                }
            }
            catch (System.ComponentModel.Win32Exception error)
            {
                problem = error.Message;
            }
        }

        problem ??= $"the supervisor '{Executable}' is missing in {AppContext.BaseDirectory}";
        lifeline.Dispose();
        return null;
    }

    /// <summary>Kills the program and all its descendants; does not wait for their end. Once.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref isKilled, 1) == 0)
        {
            lifeline.Dispose();
            _ = FinishAsync();
        }
    }

    /// <summary>Kills, and waits for the end a limited time.</summary>
    public void Dispose()
    {
        Kill();
        ended.Task.Wait(2 * KillTime);
    }

    /// <summary>A supervisor that was stopped, or fights processes that it may not kill, is killed.</summary>
    private async Task FinishAsync()
    {
        await Task.WhenAny(ended.Task, Task.Delay(KillTime, clock)).ConfigureAwait(false);
        if (!ended.Task.IsCompleted)
        {
            supervisor.Kill();
            await ended.Task.ConfigureAwait(false);
        }

        await Output.DisposeAsync().ConfigureAwait(false);
        await Input.DisposeAsync().ConfigureAwait(false);
        supervisor.Dispose();
    }

    /// <summary>A supervisor that was killed has left its program behind, which may still start others: a look finds none, or all that is left refuse.</summary>
    private void OnExited()
    {
        while (supervisor.ExitCode != 0 && ProcessTree.Kill(() => ProcessTree.WithVariable(MarkVariable, mark)))
        {
            Thread.Yield();
        }

        ended.TrySetResult();
    }

    /// <summary>The program in the folder of this assembly, started as this process was; empty when there is none.</summary>
    private static string[] SupervisorCommand()
    {
        string file = Path.Combine(AppContext.BaseDirectory, Executable);
        string assembly = file + ".dll";
        return Environment.ProcessPath is { } own && Path.GetFileName(own) == "dotnet" && File.Exists(assembly) ? [own, assembly]
            : File.Exists(file) ? [file]
            : [];
    }
}
