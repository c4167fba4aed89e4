using System.Diagnostics;

using VfioMigration.Posix;

namespace VfioMigration.Benchmarks.Processes;

/// <summary>A FUSE server as a child process. Started when a file in its mount can be seen; stopped and unmounted by disposing.</summary>
internal sealed class MountedServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly string mount;
    private bool disposed;

    private MountedServer(Process process, string mount, string loadDirectory)
    {
        this.process = process;
        this.mount = mount;
        LoadDirectory = loadDirectory;
    }

    /// <summary>Where the load generator finds <c>a0</c>, <c>a1</c>, ... and <c>big</c>.</summary>
    internal string LoadDirectory { get; }

    internal int ProcessId => process.Id;

    /// <summary>Processor time of all its threads so far, in ticks of ten milliseconds.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    internal string PathOf(string file) => Path.Combine(mount, file);

    /// <summary>A number that the server shows in its load directory.</summary>
    internal long ReadNumber(string file) =>
        long.Parse(File.ReadAllText(Path.Combine(LoadDirectory, file)), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>This program in its serve mode.</summary>
    /// <param name="workspace">Owns the server.</param>
    /// <param name="core">The only core it may use; null for all.</param>
    internal static MountedServer StartOurs(Workspace workspace, int? core) =>
        Start(workspace, "ours", Serving.LoadTree.DirectoryName, core, mount =>
            [Path.Combine(AppContext.BaseDirectory, "VfioMigration.Benchmarks"), "serve", mount]);

    /// <summary>The reference server, multi-threaded, with names and attributes that live as long.</summary>
    internal static MountedServer StartLibfuse(Workspace workspace, NativeTools tools, int? core) =>
        Start(workspace, "libfuse", "", core, mount => [tools.Reference, mount, "mt", "3600"]);

    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        process.StandardInput.Close();
        if (!process.HasExited)
        {
            BenchmarkProcess.TryRun(null, "kill", [$"{process.Id}"], out _);
        }

        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
        FuseMount.Detach(mount);
    }

    private static MountedServer Start(Workspace workspace, string name, string loadDirectory, int? core, Func<string, string[]> command)
    {
        string mount = workspace.PathOf(name);
        Directory.CreateDirectory(mount);
        string log = workspace.PathOf($"{name}.log");
        string[] pin = core is { } number ? ["taskset", "-c", $"{number}"] : [];
        Process process = Process.Start(
            new ProcessStartInfo("sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", log, .. pin, .. command(mount)]) { RedirectStandardInput = true })!;
        var server = new MountedServer(process, mount, Path.Combine(mount, loadDirectory));
        workspace.Add(server);
        server.WaitUntilServing(log);
        return server;
    }

    private void WaitUntilServing(string log)
    {
        string probe = Path.Combine(LoadDirectory, "a0");
        long begin = Stopwatch.GetTimestamp();
        while (!File.Exists(probe))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(begin) > Patience)
            {
                throw new BenchmarkException($"{process.StartInfo.ArgumentList[^2]} does not serve {mount}: {File.ReadAllText(log)}");
            }

            Thread.Sleep(5);
        }
    }
}
