using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// The supervisor's side of a <see cref="SeccompFilter"/> (seccomp_unotify(2)). Any thread may receive; each call is answered once. When this is closed, trapped calls fail with ENOSYS.
/// </summary>
public sealed unsafe class SeccompListener(FileDescriptor listener) : IDisposable
{
    private const uint SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100;
    private const uint SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101;
    private const uint SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;
    private const uint SECCOMP_IOCTL_NOTIF_ADDFD = 0x40182103;
    private const uint SECCOMP_IOCTL_NOTIF_SET_FLAGS = 0x40082104;
    private const nuint SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP = 1;
    private const uint SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
    private const uint SECCOMP_ADDFD_FLAG_SEND = 2;
    private const uint O_CLOEXEC = 0x80000;

    private readonly Lock receiving = new();

    /// <summary>The trapped caller runs on the processor of its supervisor, where the kernel can do so (6.6).</summary>
    public void WakeSynchronously()
    {
        nuint flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;
        _ = listener.Ioctl(SECCOMP_IOCTL_NOTIF_SET_FLAGS, (void*)flags);
    }

    /// <summary>Blocks for the next trapped call. ENOENT: its caller was killed, receive again. ECANCELED: nobody is left whom the filter applies to, or <paramref name="wake"/> was signalled.</summary>
    public Result<TrappedCall> Receive(EventFd wake)
    {
        lock (receiving)
        {
            Errno error = listener.WaitFor(PollEvents.POLLIN, wake);
            if (error != Errno.None || (listener.Poll(PollEvents.POLLIN, 0) & PollEvents.POLLIN) == 0)
            {
                return Errno.ECANCELED;
            }

            var notification = default(Notification);
            error = Ioctl(SECCOMP_IOCTL_NOTIF_RECV, &notification);
            return error == Errno.None ? CallOf(notification) : error;
        }
    }

    private static TrappedCall CallOf(in Notification notification)
    {
        bool isFileStatus = SeccompProgram.AsksForStatus(notification.Architecture, (uint)notification.Number, out bool isByPath);
        return new TrappedCall(
            notification.Id,
            (int)notification.Pid,
            (int)notification.Arguments[0],
            (uint)notification.Arguments[1],
            notification.Arguments[isFileStatus && !isByPath ? 1 : 2],
            isFileStatus);
    }

    /// <summary>True while the caller waits: its id is not another one's by now.</summary>
    public bool IsWaiting(in TrappedCall call)
    {
        ulong id = call.Id;
        return Ioctl(SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == Errno.None;
    }

    /// <summary>Ends a call with a value or an errno. ENOENT: its caller was killed.</summary>
    public Errno Answer(in TrappedCall call, Result<int> result)
    {
        var response = new Response { Id = call.Id, Value = result.IsOk ? result.Value : 0, Error = result.IsOk ? 0 : -(int)result.Error };
        return Ioctl(SECCOMP_IOCTL_NOTIF_SEND, &response);
    }

    /// <summary>The kernel makes the call itself: it concerns another file.</summary>
    public Errno Continue(in TrappedCall call)
    {
        var response = new Response { Id = call.Id, Flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };
        return Ioctl(SECCOMP_IOCTL_NOTIF_SEND, &response);
    }

    /// <summary>
    /// Puts a file among the descriptors of the caller, close-on-exec; its number there. EMFILE: the caller has too many. ENOENT: it was killed.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="file">Of the file.</param>
    /// <param name="answers">True: the number ends the call, too.</param>
    public Result<int> AddDescriptor(in TrappedCall call, FileDescriptor file, bool answers)
    {
        var added = new AddedDescriptor
        {
            Id = call.Id,
            Flags = answers ? SECCOMP_ADDFD_FLAG_SEND : 0,
            Source = (uint)file.Number,
            DescriptorFlags = O_CLOEXEC,
        };
        int number = listener.Ioctl(SECCOMP_IOCTL_NOTIF_ADDFD, &added);
        return number < 0 ? PosixErrno.Last : number;
    }

    public void Dispose() => listener.Dispose();

    private Errno Ioctl(uint request, void* argument)
    {
        try
        {
            return PosixErrno.Of(listener.Ioctl(request, argument));
        }
        catch (ObjectDisposedException)
        {
            return Errno.EBADF;
        }
    }

    /// <summary><c>struct seccomp_notif</c> with <c>struct seccomp_data</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Notification
    {
        internal ulong Id;
        internal uint Pid;
        internal uint Flags;
        internal int Number;
        internal uint Architecture;
        internal ulong InstructionPointer;
        internal fixed ulong Arguments[6];
    }

    /// <summary><c>struct seccomp_notif_resp</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Response
    {
        internal ulong Id;
        internal long Value;
        internal int Error;
        internal uint Flags;
    }

    /// <summary><c>struct seccomp_notif_addfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct AddedDescriptor
    {
        internal ulong Id;
        internal uint Flags;
        internal uint Source;
        internal uint Target;
        internal uint DescriptorFlags;
    }
}
