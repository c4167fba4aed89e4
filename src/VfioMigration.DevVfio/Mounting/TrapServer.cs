using Microsoft.Extensions.Logging;

using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Ioctls;
using VfioMigration.Posix;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Mounting;

/// <summary>
/// Answers the ioctls that open files for their callers, which FUSE cannot: trapped by a seccomp filter, run by the same table, the file put among the caller's descriptors. A trapped call on another file is
/// made by the kernel.
/// </summary>
/// <remarks>The file that a call is made on is found by a request through the mount, which comes behind what the caller has closed before, so the two ways in keep one order.</remarks>
public sealed partial class TrapServer : IDisposable
{
    private const int MaxThreads = 64;
    private const int StackSize = 256 * 1024;

    private readonly DevVfioFileSystem mount;
    private readonly VendorCalls calls;
    private readonly FileDescriptor root;
    private readonly SeccompListener listener;
    private readonly ILogger logger;
    private readonly EventFd ending = new();
    private int threads;
    private int idle;

    /// <param name="mount">Where files are opened.</param>
    /// <param name="calls">Of the host.</param>
    /// <param name="root">The root of the mount, opened with O_PATH; owned from here on.</param>
    /// <param name="listener">Of the filter; owned from here on.</param>
    /// <param name="logger">Of the mount.</param>
    public TrapServer(DevVfioFileSystem mount, VendorCalls calls, FileDescriptor root, SeccompListener listener, ILogger logger)
    {
        this.mount = mount;
        this.calls = calls;
        this.root = root;
        this.listener = listener;
        this.logger = logger;
    }

    public void Start()
    {
        listener.WakeSynchronously();
        StartThread();
    }

    /// <summary>Calls that are trapped from now on fail with ENOSYS.</summary>
    public void Dispose()
    {
        ending.Signal();
        listener.Dispose();
        root.Dispose();
    }

    private void StartThread()
    {
        Interlocked.Increment(ref threads);
        Interlocked.Increment(ref idle);
        new Thread(Work, StackSize) { IsBackground = true, Name = "vfio-trap" }.Start();
    }

    private void Work()
    {
        var client = new ProcessClient(mount);
        while (true)
        {
            Result<TrappedCall> received = listener.Receive(ending);
            if (!received.TryGet(out TrappedCall call))
            {
                if (received.Error is Errno.ENOENT or Errno.EINTR)
                {
                    continue;
                }

                break;
            }

            if (Interlocked.Decrement(ref idle) == 0 && Volatile.Read(ref threads) < MaxThreads)
            {
                StartThread();
            }

            Serve(client, call);
            Interlocked.Increment(ref idle);
        }

        Interlocked.Decrement(ref idle);
        Interlocked.Decrement(ref threads);
    }

    private void Serve(ProcessClient client, in TrappedCall call)
    {
        try
        {
            client.Begin(call.Thread);
            if (call.IsFileStatus)
            {
                AnswerStatus(client, call);
                return;
            }

            if (!client.FindFile(call.Descriptor).TryGet(out DevVfioFile? file, out Errno error))
            {
                _ = error == Errno.EBADF ? listener.Answer(call, error) : listener.Continue(call);
                return;
            }

            if (file is null)
            {
                _ = listener.Continue(call);
                return;
            }

            Run(client, call, file);
        }
        catch (Exception bug)
        {
            LogBug(logger, bug, call.Request);
            _ = listener.Answer(call, Errno.EIO);
        }
    }

    /// <summary>A node of the mount is the character device that it stands for; the kernel answers for everything else.</summary>
    private void AnswerStatus(ProcessClient client, in TrappedCall call)
    {
        if (!client.CopyDescriptor(call.Descriptor).TryGet(out FileDescriptor copy))
        {
            _ = listener.Continue(call);
            return;
        }

        using (copy)
        {
            if (FileStatus.Of(copy).TryGet(out FileStatus status)
                && FileStatus.Of(root).TryGet(out FileStatus ours)
                && status.Mount == ours.Mount
                && mount.NodeOf(status.Inode) is { } node)
            {
                status.MakeCharacterDevice(node.Major, node.Minor);
                _ = listener.Answer(call, VfioIoctlAnswer.Of(client.Write(call.Argument, status.Bytes)));
            }
            else
            {
                _ = listener.Continue(call);
            }
        }
    }

    private void Run(ProcessClient client, TrappedCall call, DevVfioFile file)
    {
        int answered = 0;
        client.GivenUp = error =>
        {
            if (Interlocked.Exchange(ref answered, 1) == 0)
            {
                _ = listener.Answer(call, error);
            }
        };
        VfioIoctlAnswer answer;
        using (calls.Lend(client.GivenUp))
        {
            answer = VfioIoctlTable.Invoke(file, call.Request, client, call.Argument);
        }

        if (Interlocked.Exchange(ref answered, 1) != 0)
        {
            answer.File?.Release();
        }
        else if (answer.File is null)
        {
            _ = listener.Answer(call, answer.Result);
        }
        else
        {
            Give(client, call, answer);
        }
    }

    /// <summary>The file is opened by a name of its own, as the kernel wants it, and its descriptor goes to the caller; if it is not there any more, the file is closed.</summary>
    private void Give(ProcessClient client, in TrappedCall call, in VfioIoctlAnswer answer)
    {
        OpenFlags flags = answer.File is MigrationDataFile { Session.IsSaving: var isSaving } ? (isSaving ? OpenFlags.O_RDONLY : OpenFlags.O_WRONLY) : OpenFlags.O_RDWR;
        DevNode name = mount.AddWaiting(answer.File!);
        Result<FileDescriptor> opened = root.OpenIn(name.Name, flags);
        mount.RemoveWaiting(name);
        if (!opened.TryGet(out FileDescriptor descriptor, out Errno error))
        {
            LogOpen(logger, error);
            _ = listener.Answer(call, error);
            return;
        }

        using (descriptor)
        {
            bool isValue = answer.NumberAt == 0;
            Result<int> number = listener.AddDescriptor(call, descriptor, answers: isValue);
            if (!number.TryGet(out int given, out error))
            {
                _ = listener.Answer(call, error);
            }
            else if (!isValue)
            {
                error = client.Write(answer.NumberAt, BitConverter.GetBytes(given));
                _ = listener.Answer(call, VfioIoctlAnswer.Of(error));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "trapped ioctl {Request:x} failed with an exception; answered EIO")]
    private static partial void LogBug(ILogger logger, Exception bug, uint request);

    [LoggerMessage(Level = LogLevel.Error, Message = "a file that was opened for a client cannot be opened through the mount: {Error}")]
    private static partial void LogOpen(ILogger logger, Errno error);
}
