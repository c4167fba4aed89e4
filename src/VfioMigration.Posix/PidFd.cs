using System.Globalization;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>A process as a descriptor (pidfd_open(2)): whatever happens to its id, it is this one.</summary>
public sealed class PidFd : IDisposable
{
    private const int SYS_pidfd_open = 434;
    private const int SYS_pidfd_getfd = 438;

    /// <summary>Since Linux 6.9: a thread that is not the first of its process.</summary>
    private const int PIDFD_THREAD = 0x80;

    private readonly FileDescriptor process;

    private PidFd(FileDescriptor process) => this.process = process;

    /// <summary>The process of a thread that lives. ESRCH when it does not.</summary>
    public static Result<PidFd> OfThread(int thread)
    {
        nint fd = LibC.PidFdOpen(SYS_pidfd_open, thread, PIDFD_THREAD);
        if (fd < 0 && PosixErrno.Last == Errno.EINVAL)
        {
            fd = LibC.PidFdOpen(SYS_pidfd_open, ProcessOf(thread), 0);
        }

        return fd < 0 ? PosixErrno.Last : new PidFd(new FileDescriptor((int)fd));
    }

    /// <summary>
    /// A copy of one of its descriptors, which shares the open file (pidfd_getfd(2)). EBADF: it has no such descriptor. EPERM: this process may not trace that one. ENOSYS: the kernel is older than
    /// 5.6.
    /// </summary>
    public Result<FileDescriptor> GetDescriptor(int number)
    {
        nint fd = LibC.PidFdGetFd(SYS_pidfd_getfd, process.Number, number, 0);
        return fd < 0 ? PosixErrno.Last : new FileDescriptor((int)fd);
    }

    public void Dispose() => process.Dispose();

    /// <summary>The id of the process of a thread, for names and messages; the thread's own when it cannot be known.</summary>
    public static int ProcessOf(int thread)
    {
        const string Field = "Tgid:";
        try
        {
            string? line = File.ReadLines($"/proc/{thread}/status").FirstOrDefault(static line => line.StartsWith(Field, StringComparison.Ordinal));
            return line is not null && int.TryParse(line.AsSpan(Field.Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int process) ? process : thread;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return thread;
        }
    }

    /// <summary>The name of a process (<c>/proc/PID/comm</c>); null when it has ended.</summary>
    public static string? NameOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").TrimEnd('\n');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
