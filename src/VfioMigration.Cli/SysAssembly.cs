using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// Puts the simulated tree over /sys in a private mount namespace, with the rest of the machine's sysfs bound into it, read-only. A mount below the machine's /sys (cgroups) keeps its
/// flags.
/// </summary>
internal sealed class SysAssembly : IDisposable
{
    private const string Sysfs = "/sys";

    private readonly FileDescriptor old;
    private readonly FileDescriptor machine;
    private readonly string[] submounts;
    private readonly bool isNew;

    private SysAssembly(FileDescriptor old, FileDescriptor machine, string[] submounts, bool isNew)
    {
        this.old = old;
        this.machine = machine;
        this.submounts = submounts;
        this.isNew = isNew;
    }

    /// <summary>
    /// Mounts a sysfs of the network namespace that the process is in, or else the one that is there once more, read-only, and over it the tree. What is at the mount point stays reachable
    /// for this object only.
    /// </summary>
    /// <param name="device">An unconnected FUSE device.</param>
    /// <param name="problem">What cannot be done.</param>
    internal static SysAssembly? Begin(FileDescriptor device, out string? problem)
    {
        problem = null;
        string[] submounts = [.. MountTable.PointsBelow(Sysfs)];
        Result<FileDescriptor> opened = FileDescriptor.Open(Sysfs, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        if (!opened.TryGet(out FileDescriptor old, out Errno error))
        {
            problem = $"cannot open {Sysfs}: {error.Text()}";
            return null;
        }

        bool isNew = MountNamespace.MountSysfs(Sysfs) == Errno.None;

        // With the mounts below it: in a user's namespace those are locked to it.
        error = isNew ? Errno.None : MountNamespace.Bind(Sysfs, Sysfs);
        error = error == Errno.None ? MountNamespace.MakeReadOnly(Sysfs) : error;
        Result<FileDescriptor> again = error == Errno.None ? FileDescriptor.Open(Sysfs, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY) : error;
        if (!again.TryGet(out FileDescriptor machine, out error))
        {
            old.Dispose();
            problem = $"cannot make the machine's {Sysfs} read-only for the command: {error.Text()}";
            return null;
        }

        var assembly = new SysAssembly(old, machine, submounts, isNew);
        error = FuseMount.Mount(device, "vfiomig", Sysfs);
        if (error == Errno.None)
        {
            return assembly;
        }

        assembly.Dispose();
        problem = $"cannot mount in the new namespace: {error.Text()}";
        return null;
    }

    /// <summary>
    /// Binds what the tree leaves to the machine. An entry that vanished since it was listed, or that this user may not bind, stays an empty directory or file.
    /// </summary>
    internal void Fill(IReadOnlyCollection<string> points)
    {
        foreach (string point in points)
        {
            _ = isNew ? MountNamespace.BindAlone($"{Of(machine)}/{point}", $"{Sysfs}/{point}") : MountNamespace.Bind($"{Of(machine)}/{point}", $"{Sysfs}/{point}");
        }

        if (!isNew)
        {
            return;
        }

        string? last = null;
        foreach (string submount in submounts.Where(submount => points.Any(point => submount == point || IsBelow(submount, point))))
        {
            // What is mounted below it comes along.
            if (last is null || !IsBelow(submount, last))
            {
                _ = MountNamespace.Bind($"{Of(old)}/{submount}", $"{Sysfs}/{submount}");
                last = submount;
            }
        }
    }

    public void Dispose()
    {
        old.Dispose();
        machine.Dispose();
    }

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string Of(FileDescriptor folder) => $"/proc/self/fd/{folder.Number}";
}
