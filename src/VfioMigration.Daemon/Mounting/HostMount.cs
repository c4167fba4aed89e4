using Microsoft.Extensions.Logging;

using VfioMigration.DevVfio;
using VfioMigration.Lab;
using VfioMigration.Posix;
using VfioMigration.SysfsMount;
using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Mounting;

/// <summary>
/// A host, or its /dev/vfio, mounted at a directory: with mount(2) where that is allowed, through fusermount3 otherwise. A stale mount that a crash left at
/// the directory is replaced.
/// </summary>
public sealed partial class HostMount : IDisposable
{
    private readonly IMountSession session;
    private readonly bool throughHelper;
    private readonly IReadOnlyList<string> madeDirectories;
    private readonly ILogger logger;
    private int unmounted;

    private HostMount(string directory, IMountSession session, bool throughHelper, IReadOnlyList<string> madeDirectories, ILogger logger)
    {
        Directory = directory;
        this.session = session;
        this.throughHelper = throughHelper;
        this.madeDirectories = madeDirectories;
        this.logger = logger;
    }

    public string Directory { get; }

    /// <summary>Completes when the directory was unmounted.</summary>
    public Task Ended => session.Ended;

    /// <summary>Mounts a host; null with an error message when that is impossible. The directory is made when it does not exist.</summary>
    public static HostMount? Mount(Host host, string directory, TimeProvider clock, ILoggerFactory loggers, out string? problem) =>
        Mount(host.Name, directory, loggers, (device, _, owner) => new HostSession(host, device, clock, loggers, owner), out problem);

    /// <summary>Mounts a host's <c>/dev/vfio</c>, for programs that no filter is installed for: what ioctls open is not opened there. As <see cref="Mount(Host, string, TimeProvider, ILoggerFactory, out string?)"/>.</summary>
    internal static HostMount? MountDev(Host host, DevVfioHost devVfio, string directory, TimeProvider clock, ILoggerFactory loggers, out string? problem) =>
        Mount(host.Name, directory, loggers, (device, path, owner) => new DevVfioSession(host, devVfio, device, null, null, clock, loggers, owner, path), out problem);

    private static HostMount? Mount(string name, string directory, ILoggerFactory loggers, Func<FileDescriptor, string, MountOwner, IMountSession> serve, out string? problem)
    {
        string path = RealPath.Of(directory);
        ILogger logger = loggers.CreateLogger($"mount/{name}");
        problem = Prepare(path, logger, out IReadOnlyList<string> made);
        if (problem is not null)
        {
            return null;
        }

        FileDescriptor? device = Connect(name, path, out bool throughHelper, out problem);
        if (device is null)
        {
            problem = $"cannot mount {name} at {path}: {problem}";
            RemoveDirectories(made);
            return null;
        }

        return new HostMount(path, serve(device, path, new MountOwner(ProcessImage.UserId, ProcessImage.GroupId)), throughHelper, made, logger);
    }

    /// <summary>
    /// Removes the mount. When files in it are still open, the connection is aborted, so that no process stays blocked.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref unmounted, 1) != 0)
        {
            return;
        }

        if (!session.Ended.IsCompleted)
        {
            Unmount();
        }

        session.Dispose();
        RemoveDirectories(madeDirectories);
    }

    private void Unmount()
    {
        if (throughHelper)
        {
            if (!FusermountHelper.Unmount(Directory, out string problem))
            {
                LogUnmount(logger, Directory, problem);
            }

            return;
        }

        Errno error = FuseMount.Unmount(Directory);
        if (error == Errno.EBUSY)
        {
            LogBusy(logger, Directory);
            error = FuseMount.Abort(Directory);
        }

        if (error is not (Errno.None or Errno.EINVAL))
        {
            LogUnmount(logger, Directory, error.Text());
        }
    }

    /// <param name="path">Where to mount.</param>
    /// <param name="logger">Of the mount.</param>
    /// <param name="made">Directories that did not exist, the deepest first.</param>
    private static string? Prepare(string path, ILogger logger, out IReadOnlyList<string> made)
    {
        made = [];
        if (FuseMount.IsDead(path))
        {
            LogDead(logger, path);
            if (FuseMount.Detach(path) != Errno.None && !FusermountHelper.Unmount(path, out string refused))
            {
                return $"{path} is a dead mount and cannot be unmounted: {refused}";
            }
        }

        if (MountTable.TypeAt(path) == FuseMount.Type)
        {
            return $"{path} is already served by a running vfiomig; stop it or choose another directory";
        }

        try
        {
            if (File.Exists(path))
            {
                return $"{path} is a file; a directory is needed";
            }

            if (System.IO.Directory.Exists(path) && System.IO.Directory.EnumerateFileSystemEntries(path).Any())
            {
                return $"{path} is not empty, and what is in it would be hidden; choose an empty directory, or one that does not exist";
            }

            made = [.. MissingDirectories(path)];
            System.IO.Directory.CreateDirectory(path);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot create {path}: {error.Message}";
        }
    }

    private static FileDescriptor? Connect(string source, string path, out bool throughHelper, out string? problem)
    {
        throughHelper = false;
        problem = null;
        Result<FileDescriptor> opened = DevFuse.Open();
        if (opened.TryGet(out FileDescriptor device))
        {
            Errno error = FuseMount.Mount(device, source, path);
            if (error == Errno.None)
            {
                return device;
            }

            device.Dispose();
            if (error != Errno.EPERM)
            {
                problem = $"mount: {error.Text()}";
                return null;
            }
        }
        else if (opened.Error == Errno.ENOENT)
        {
            problem = $"{DevFuse.Path} does not exist: load the fuse module, or give the container the device";
            return null;
        }

        throughHelper = true;
        (FileDescriptor? helped, problem) = FusermountHelper.Mount(source, path);
        return helped;
    }

    private static IEnumerable<string> MissingDirectories(string path)
    {
        for (string? at = path; at is not null && !System.IO.Directory.Exists(at); at = Path.GetDirectoryName(at))
        {
            yield return at;
        }
    }

    private static void RemoveDirectories(IReadOnlyList<string> made)
    {
        try
        {
            foreach (string directory in made)
            {
                System.IO.Directory.Delete(directory);
            }
        }
        catch (IOException)
        {
            // The directory was filled by another process, or the unmount is still pending; it is left alone.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is a stale mount, its server has exited; replacing it")]
    private static partial void LogDead(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is still in use; further accesses to its open files fail")]
    private static partial void LogBusy(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "cannot unmount {Path}: {Problem}")]
    private static partial void LogUnmount(ILogger logger, string path, string problem);
}
