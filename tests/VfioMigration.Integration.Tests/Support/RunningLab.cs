using System.Diagnostics;

using VfioMigration.Posix;

namespace VfioMigration.Integration.Tests.Support;

/// <summary><c>vfiomig up</c> in a process of its own, ready to be used.</summary>
internal sealed class RunningLab : IDisposable
{
    private const int SIGKILL = 9;

    private readonly Process process;

    /// <param name="configuration">The lab; null for the default one.</param>
    /// <param name="directory">Where it is mounted; null for a folder of its own.</param>
    /// <param name="neighbour">A lab that can find this one, as daemons of one user do.</param>
    /// <param name="more">More arguments of <c>up</c>.</param>
    internal RunningLab(string? configuration = null, string? directory = null, RunningLab? neighbour = null, params string[] more)
    {
        Folder = Directory.CreateTempSubdirectory("vfiomig-up-").FullName;
        Mount = directory ?? Path.Combine(Folder, "mnt");
        Environment = new Dictionary<string, string> { ["VFIOMIG_RUNTIME_DIR"] = Path.Combine(neighbour?.Folder ?? Folder, "run") };
        var arguments = new List<string> { "up", Mount };
        arguments.AddRange(more);
        if (configuration is not null)
        {
            string file = Path.Combine(Folder, "lab.json");
            File.WriteAllText(file, configuration);
            arguments.AddRange(["--config", file]);
        }

        process = Program.Start(Program.Path, arguments, Environment);
        Program.WaitForLine(process.StandardOutput, "serving until Ctrl-C");
    }

    internal string Folder { get; }

    internal string Mount { get; }

    /// <summary>Makes other vfiomig commands find this one.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; }

    internal int ProcessId => process.Id;

    /// <summary>Sends a signal and waits for the end; the exit status and what was logged.</summary>
    internal (int Status, string Errors) Stop(int signal)
    {
        ProcessImage.Kill(process.Id, signal);
        (int status, _, string errors) = Program.Finish(process);
        return (status, errors);
    }

    internal (int Status, string Output, string Errors) Command(params string[] arguments) => Program.Vfiomig(Environment, arguments);

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Stop(ProcessImage.SIGTERM);
        }

        if (process.ExitCode == 128 + SIGKILL)
        {
            // It could not unmount.
            Program.Bash($"umount -l '{Mount}' '{Mount}'/* 2> /dev/null");
        }

        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
