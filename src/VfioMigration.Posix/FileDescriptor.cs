using Microsoft.Win32.SafeHandles;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>Blocking read(2) and write(2) on a descriptor that is closed exactly once.</summary>
public sealed unsafe class FileDescriptor : SafeHandleZeroOrMinusOneIsInvalid
{
    internal const int F_GETFD = 1;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const int F_SETFD = 2;
    internal const int FD_CLOEXEC = 1;

    /// <summary>Takes ownership of <paramref name="fd"/>.</summary>
    public FileDescriptor(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    public int Number => (int)handle;

    /// <summary>open(2). O_CLOEXEC is always added.</summary>
    public static Result<FileDescriptor> Open(string path, OpenFlags flags)
    {
        int fd = LibC.Open(path, (int)(flags | OpenFlags.O_CLOEXEC));
        return fd < 0 ? PosixErrno.Last : new FileDescriptor(fd);
    }

    /// <summary>Decides whether a program started from here inherits the descriptor.</summary>
    public Errno SetInheritable(bool inheritable)
    {
        int flags = LibC.Fcntl(Number, F_GETFD, 0);
        return flags < 0
            ? PosixErrno.Last
            : PosixErrno.Of(LibC.Fcntl(Number, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC));
    }

    /// <summary>One read(2); does not allocate. EBADF after disposal.</summary>
    public Result<int> Read(Span<byte> buffer)
    {
        if (!TryAddReference())
        {
            return Errno.EBADF;
        }

        fixed (byte* pointer = buffer)
        {
            return Finish(LibC.Read(Number, pointer, (nuint)buffer.Length));
        }
    }

    /// <summary>One write(2); does not allocate. EBADF after disposal.</summary>
    public Result<int> Write(ReadOnlySpan<byte> buffer)
    {
        if (!TryAddReference())
        {
            return Errno.EBADF;
        }

        fixed (byte* pointer = buffer)
        {
            return Finish(LibC.Write(Number, pointer, (nuint)buffer.Length));
        }
    }

    /// <summary>One pread(2); does not allocate. EBADF after disposal.</summary>
    public Result<int> ReadAt(Span<byte> buffer, long offset)
    {
        if (!TryAddReference())
        {
            return Errno.EBADF;
        }

        fixed (byte* pointer = buffer)
        {
            return Finish(LibC.ReadAt(Number, pointer, (nuint)buffer.Length, offset));
        }
    }

    /// <summary>One pwrite(2); does not allocate. EBADF after disposal.</summary>
    public Result<int> WriteAt(ReadOnlySpan<byte> buffer, long offset)
    {
        if (!TryAddReference())
        {
            return Errno.EBADF;
        }

        fixed (byte* pointer = buffer)
        {
            return Finish(LibC.WriteAt(Number, pointer, (nuint)buffer.Length, offset));
        }
    }

    /// <summary>open(2) of a name in this directory, which may be opened with O_PATH. O_CLOEXEC is always added.</summary>
    public Result<FileDescriptor> OpenIn(string name, OpenFlags flags)
    {
        if (!TryAddReference())
        {
            return Errno.EBADF;
        }

        int fd = LibC.OpenAt(Number, name, (int)(flags | OpenFlags.O_CLOEXEC));
        Result<FileDescriptor> opened = fd < 0 ? PosixErrno.Last : new FileDescriptor(fd);
        DangerousRelease();
        return opened;
    }

    /// <summary>All of a text, by as many write(2) as it takes.</summary>
    public Errno WriteAll(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (Write(buffer).TryGet(out int count, out Errno error))
            {
                buffer = buffer[count..];
            }
            else if (error is not (Errno.EINTR or Errno.EAGAIN))
            {
                return error;
            }
        }

        return Errno.None;
    }

    /// <summary>
    /// Waits until a read (POLLIN) or a write (POLLOUT) does not block, or has an error to tell. ECANCELED when <paramref name="wake"/> was signalled;
    /// EBADF after disposal of either.
    /// </summary>
    public Errno WaitFor(PollEvents events, EventFd wake)
    {
        if (!TryAddReference())
        {
            return Errno.EBADF;
        }

        if (!wake.Descriptor.TryAddReference())
        {
            DangerousRelease();
            return Errno.EBADF;
        }

        PollDescriptor* both = stackalloc PollDescriptor[2];
        both[0] = new PollDescriptor { Fd = Number, Events = (short)events };
        both[1] = new PollDescriptor { Fd = wake.Descriptor.Number, Events = (short)PollEvents.POLLIN };
        Errno error;
        do
        {
            error = PosixErrno.Of(LibC.Poll(both, 2, -1));
        }
        while (error == Errno.EINTR);

        wake.Descriptor.DangerousRelease();
        DangerousRelease();
        return error != Errno.None ? error : both[1].Returned != 0 ? Errno.ECANCELED : Errno.None;
    }

    /// <summary>poll(2) of this descriptor alone; None when nothing came in time, or a signal did. POLLNVAL after disposal.</summary>
    /// <param name="events">What to wait for; errors are reported besides.</param>
    /// <param name="milliseconds">How long; <see cref="Timeout.Infinite"/> for ever.</param>
    public PollEvents Poll(PollEvents events, int milliseconds)
    {
        if (!TryAddReference())
        {
            return PollEvents.POLLNVAL;
        }

        var one = new PollDescriptor { Fd = Number, Events = (short)events };
        _ = LibC.Poll(&one, 1, milliseconds);
        DangerousRelease();
        return (PollEvents)(ushort)one.Returned;
    }

    /// <summary>ioctl(2).</summary>
    /// <exception cref="ObjectDisposedException">The descriptor was closed.</exception>
    internal int Ioctl(uint request, void* argument)
    {
        ObjectDisposedException.ThrowIf(!TryAddReference(), this);
        int answer = LibC.Ioctl(Number, request, argument);
        DangerousRelease();
        return answer;
    }

    /// <summary>ioctl(2) with a structure that the kernel fills or reads. EBADF after disposal.</summary>
    public Errno Ioctl(uint request, Span<byte> structure)
    {
        if (!TryAddReference())
        {
            return Errno.EBADF;
        }

        fixed (byte* pointer = structure)
        {
            Errno error = PosixErrno.Of(LibC.Ioctl(Number, request, pointer));
            DangerousRelease();
            return error;
        }
    }

    /// <summary>fstat(2) into <c>struct stat</c>. EBADF after disposal.</summary>
    internal Errno GetStatus(Span<byte> status)
    {
        if (!TryAddReference())
        {
            return Errno.EBADF;
        }

        fixed (byte* pointer = status)
        {
            Errno error = PosixErrno.Of(LibC.Fstat(Number, pointer));
            DangerousRelease();
            return error;
        }
    }

    /// <summary>A transfer has ended: its bytes, or errno, which must be read before anything else is called.</summary>
    private Result<int> Finish(nint count)
    {
        Result<int> result = count < 0 ? PosixErrno.Last : (int)count;
        DangerousRelease();
        return result;
    }

    /// <summary>Gives the number to another owner.</summary>
    public int Detach()
    {
        int number = Number;
        SetHandleAsInvalid();
        return number;
    }

    /// <summary>Keeps the number from being closed, and so from being given to another file, during a call.</summary>
    private bool TryAddReference()
    {
        try
        {
            bool added = false;
            DangerousAddRef(ref added);
            return added;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
