using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// One open file. A text attribute is rendered when it is read at offset 0 and whenever a read does not continue where the last one
/// ended; a continued read is served from the same rendering (<c>fs/seq_file.c</c>). Every write is one store. The lock guards the
/// position and the leftover bytes only and is never held while an attribute runs. Objects are reused through
/// <see cref="Open"/> and <see cref="Close"/>.
/// </summary>
public sealed partial class KernfsOpenFile
{
    private readonly Lock gate = new();
    private KernfsRoot root = null!;
    private byte[]? leftover;
    private byte[]? spare;
    private int leftoverStart;
    private int leftoverEnd;
    private long position;
    private int eventsSeen;
    private int incarnation;
    private object? state;
    private volatile KernfsFile? file;

    /// <summary>The file that is open; null when none is.</summary>
    public KernfsFile? File => file;

    /// <summary>
    /// Prepares for use. EACCES where the mode has no bit for the access asked for, also for root, as in the kernel's sysfs
    /// (kernfs_fop_open); EINVAL for O_DIRECT; ENODEV when the file was removed, or is a stream and there is nothing to belong to.
    /// </summary>
    public Errno Open(KernfsRoot owner, KernfsFile opened, OpenFlags flags)
    {
        if (opened.IsRemoved)
        {
            return Errno.ENODEV;
        }

        OpenFlags access = flags & OpenFlags.O_ACCMODE;
        uint mode = opened.Mode;
        bool writes = access is OpenFlags.O_WRONLY or OpenFlags.O_RDWR;
        bool reads = access is OpenFlags.O_RDONLY or OpenFlags.O_RDWR;
        if ((writes && (mode & FileModes.Octal(222)) == 0) || (reads && (mode & FileModes.Octal(444)) == 0))
        {
            return Errno.EACCES;
        }

        if ((flags & OpenFlags.O_DIRECT) != 0)
        {
            return Errno.EINVAL;
        }

        Result<object>? session = (opened.Attribute as SysfsStreamAttribute)?.Open(opened.Kobject);
        if (session is { IsOk: false, Error: var error })
        {
            return error;
        }

        lock (gate)
        {
            root = owner;
            file = opened;
            state = session?.Value;
            leftoverStart = leftoverEnd = 0;
            position = 0;

            // Behind by one: a fresh file polls as changed until it is read.
            eventsSeen = opened.Events - 1;
        }

        return Errno.None;
    }

    /// <summary>Ends the use. A call that is still inside an attribute then changes nothing here any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            incarnation++;
            file = null;
        }
    }

    /// <summary>
    /// Bytes read. ENODEV after removal (bytes of a rendering that was begun before are still delivered); EIO where the attribute
    /// has no show, whatever the attribute returns otherwise; EBADF when closed.
    /// </summary>
    public Result<int> Read(long offset, Span<byte> destination, CancellationToken interrupted) =>
        Read(offset, destination, new KernfsCaller(0, interrupted));

    /// <summary>As the other overload, for a caller of which more is known.</summary>
    public Result<int> Read(long offset, Span<byte> destination, KernfsCaller caller)
    {
        int reader;
        KernfsFile? opened;
        lock (gate)
        {
            reader = incarnation;
            opened = file;
            if (opened is null)
            {
                return Errno.EBADF;
            }

            if (offset != 0 && offset == position && opened.Attribute is SysfsAttribute)
            {
                return TakeLeftover(destination, out int taken) ? taken
                    : opened.IsRemoved ? Errno.ENODEV
                    : (Result<int>)0;
            }
        }

        return opened.Attribute is SysfsAttribute
            ? Render(opened, reader, offset, destination, caller)
            : ReadBytes(opened, offset, destination, caller);
    }

    /// <summary>
    /// Bytes taken, at most one page, none without calling the store; the offset means nothing for a text attribute. ENODEV after removal, EIO where the attribute
    /// has no store, EBADF when closed.
    /// </summary>
    public Result<int> Write(long offset, ReadOnlySpan<byte> source, CancellationToken interrupted) =>
        Write(offset, source, new KernfsCaller(0, interrupted));

    /// <summary>As the other overload, for a caller of which more is known.</summary>
    public Result<int> Write(long offset, ReadOnlySpan<byte> source, KernfsCaller caller)
    {
        if (file is not { } opened)
        {
            return Errno.EBADF;
        }

        if (!opened.TryGetActive())
        {
            return Errno.ENODEV;
        }

        KernfsRoot owner = root;
        VendorThread thread = owner.VendorCalls.Current;
        thread.EnterAttribute(caller.Waiting, opened, owner);
        try
        {
            return Store(owner, opened, offset, source, caller);
        }
        catch (Exception bug)
        {
            return Caught(opened, "store", bug);
        }
        finally
        {
            thread.LeaveAttribute();
        }
    }

    /// <summary>True for a file without positions.</summary>
    public bool IsStream => file?.Attribute is SysfsStreamAttribute;

    /// <summary>DEFAULT_POLLMASK, IN|OUT|RDNORM|WRNORM, for a stream, and for others after a read; also PRI|ERR before the first read, after sysfs_notify and after removal.</summary>
    public PollEvents Poll()
    {
        const PollEvents Always = PollEvents.POLLIN | PollEvents.POLLOUT | PollEvents.POLLRDNORM | PollEvents.POLLWRNORM;
        return IsStream ? Always
            : file is not { IsRemoved: false } opened || opened.Events != Volatile.Read(ref eventsSeen)
            ? Always | PollEvents.POLLPRI | PollEvents.POLLERR
            : Always;
    }

    /// <summary>
    /// Renders into the destination itself when a whole page fits, which spares the copy for every ordinary reader; else into a page
    /// that is kept for the reads that continue.
    /// </summary>
    private Result<int> Render(
        KernfsFile opened, int reader, long offset, Span<byte> destination, KernfsCaller caller)
    {
        bool direct = offset == 0 && destination.Length >= Page.Size;
        byte[]? rented = direct ? null : Rent();
        Span<byte> page = direct ? destination[..Page.Size] : rented;
        if (!Show(opened, page, caller).TryGet(out int length, out Errno error))
        {
            return error;
        }

        int start = (int)Math.Min(offset, length);
        int taken = Math.Min(length - start, destination.Length);
        if (!direct)
        {
            page.Slice(start, taken).CopyTo(destination);
        }

        lock (gate)
        {
            // Reused for another file by now: the reader was interrupted and closed it while the attribute was still running.
            if (reader == incarnation)
            {
                (leftover, spare) = rented is null ? (leftover, spare) : (rented, leftover);
                leftoverStart = start + taken;
                leftoverEnd = direct ? leftoverStart : length;
                position = offset + taken;
            }
        }

        return taken;
    }

    /// <summary>
    /// A page to render into. The leftover stays where it is until the rendering is complete, so that a read that continues the last one
    /// meanwhile does not report the end.
    /// </summary>
    private byte[] Rent()
    {
        lock (gate)
        {
            byte[] page = spare ?? new byte[Page.Size];
            spare = null;
            return page;
        }
    }

    private bool TakeLeftover(Span<byte> destination, out int taken)
    {
        taken = Math.Min(leftoverEnd - leftoverStart, destination.Length);
        if (taken == 0)
        {
            return false;
        }

        leftover.AsSpan(leftoverStart, taken).CopyTo(destination);
        leftoverStart += taken;
        position += taken;
        return true;
    }
}
