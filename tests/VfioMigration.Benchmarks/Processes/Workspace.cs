using System.Runtime.InteropServices;

using VfioMigration.Posix;

namespace VfioMigration.Benchmarks.Processes;

/// <summary>
/// A temporary directory and the servers that run in it. However the program ends, short of SIGKILL, the servers are stopped, their
/// mounts are taken away and the directory is deleted.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<MountedServer> servers = [];
    private readonly PosixSignalRegistration[] signals;
    private bool disposed;

    internal Workspace()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("vfiomig-bench-").FullName;
        signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
    }

    internal string Directory { get; }

    /// <summary>A path in the directory; nothing is made there.</summary>
    internal string PathOf(string name) => Path.Combine(Directory, name);

    internal void Add(MountedServer server)
    {
        lock (gate)
        {
            servers.Add(server);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
            Clear();
        }

        foreach (PosixSignalRegistration registration in signals)
        {
            registration.Dispose();
        }
    }

    private void Stop(PosixSignalContext context)
    {
        lock (gate)
        {
            if (!disposed)
            {
                Clear();
                disposed = true;
            }
        }

        Environment.Exit(128 + (context.Signal == PosixSignal.SIGINT ? 2 : 15));
    }

    private void Clear()
    {
        servers.ForEach(server => server.Dispose());
        foreach (string left in System.IO.Directory.GetDirectories(Directory))
        {
            FuseMount.Detach(left);
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
