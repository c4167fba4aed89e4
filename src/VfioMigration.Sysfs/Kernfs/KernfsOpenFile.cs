using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// One open file. A text attribute is rendered when it is read at offset 0 and whenever a read does not continue where the last one
/// ended; a continued read is served from the same rendering (<c>fs/seq_file.c</c>). Every write is one store. The lock guards the
/// position and the leftover bytes only and is never held while an attribute runs. Objects are reused through
/// <see cref="Open"/> and <see cref="Close"/>.
/// </summary>
public sealed class KernfsOpenFile
{
    public const int PageSize = 4096;

    private readonly Lock gate = new();
    private KernfsRoot root = null!;
    private byte[]? leftover;
    private int leftoverStart;
    private int leftoverEnd;
    private long position;
    private int eventsSeen;

    public KernfsFile File { get; private set; } = null!;

    /// <summary>
    /// Prepares for use. EACCES where the mode has no bit for the access asked for, also for root, because the kernel's sysfs says so
    /// (kernfs_fop_open); EINVAL for O_DIRECT; ENODEV when the file was removed.
    /// </summary>
    public Errno Open(KernfsRoot owner, KernfsFile file, OpenFlags flags)
    {
        if (file.IsRemoved)
        {
            return Errno.ENODEV;
        }

        OpenFlags access = flags & OpenFlags.O_ACCMODE;
        uint mode = file.Mode;
        bool writes = access is OpenFlags.O_WRONLY or OpenFlags.O_RDWR;
        bool reads = access is OpenFlags.O_RDONLY or OpenFlags.O_RDWR;
        if ((writes && (mode & 0x92) == 0) || (reads && (mode & 0x124) == 0))
        {
            return Errno.EACCES;
        }

        if ((flags & OpenFlags.O_DIRECT) != 0)
        {
            return Errno.EINVAL;
        }

        root = owner;
        File = file;
        leftoverStart = leftoverEnd = 0;
        position = 0;

        // Behind by one: a fresh file polls as changed until it is read.
        eventsSeen = file.Events - 1;
        return Errno.None;
    }

    public void Close() => File = null!;

    /// <summary>
    /// Bytes read. ENODEV after removal (bytes of a rendering that was begun before are still delivered); EIO where the attribute
    /// has no show, whatever the attribute returns otherwise.
    /// </summary>
    public Result<int> Read(long offset, Span<byte> destination, CancellationToken interrupted)
    {
        if (File.Attribute is SysfsBinaryAttribute binary)
        {
            return ReadBinary(binary, offset, destination);
        }

        if (offset != 0)
        {
            lock (gate)
            {
                if (offset == position && TakeLeftover(destination, out int taken))
                {
                    return taken;
                }
            }
        }

        if (offset == 0 || offset != Interlocked.Read(ref position))
        {
            return Render((SysfsAttribute)File.Attribute, offset, destination, interrupted);
        }

        return File.IsRemoved ? Errno.ENODEV : (Result<int>)0;
    }

    /// <summary>
    /// Bytes taken, at most one page; the offset means nothing for a text attribute. ENODEV after removal, EIO where the attribute
    /// has no store.
    /// </summary>
    public Result<int> Write(long offset, ReadOnlySpan<byte> source, CancellationToken interrupted)
    {
        if (!File.TryGetActive())
        {
            return Errno.ENODEV;
        }

        KernfsFile file = File;
        try
        {
            if (file.Attribute is SysfsBinaryAttribute binary)
            {
                return binary.Write(file.Kobject, offset, source);
            }

            ReadOnlySpan<byte> page = source[..Math.Min(source.Length, PageSize)];
            Errno error = ((SysfsAttribute)file.Attribute).Store(file.Kobject, page, interrupted);
            return error == Errno.None ? page.Length : error;
        }
        finally
        {
            file.PutActive(root);
        }
    }

    /// <summary>IN|OUT after a read; also PRI|ERR before the first read, after sysfs_notify and after removal.</summary>
    public PollEvents Poll()
    {
        const PollEvents Always = PollEvents.POLLIN | PollEvents.POLLOUT;
        return File.IsRemoved || File.Events != Volatile.Read(ref eventsSeen)
            ? Always | PollEvents.POLLPRI | PollEvents.POLLERR
            : Always;
    }

    private Result<int> ReadBinary(SysfsBinaryAttribute binary, long offset, Span<byte> destination)
    {
        if (!File.TryGetActive())
        {
            return Errno.ENODEV;
        }

        KernfsFile file = File;
        try
        {
            return binary.Read(file.Kobject, offset, destination);
        }
        finally
        {
            file.PutActive(root);
        }
    }

    /// <summary>
    /// Renders into the destination itself when a whole page fits, which spares the copy for every ordinary reader; else into a page
    /// that is kept for the reads that continue.
    /// </summary>
    private Result<int> Render(SysfsAttribute attribute, long offset, Span<byte> destination, CancellationToken interrupted)
    {
        bool direct = offset == 0 && destination.Length >= PageSize;
        byte[]? rented = direct ? null : Rent();
        Span<byte> page = direct ? destination[..PageSize] : rented;
        Result<int> shown = Show(attribute, page, interrupted);
        lock (gate)
        {
            if (!shown.TryGet(out int length))
            {
                return shown;
            }

            int start = (int)Math.Min(offset, length);
            int taken = Math.Min(length - start, destination.Length);
            if (!direct)
            {
                page.Slice(start, taken).CopyTo(destination);
                leftover = rented;
            }

            leftoverStart = start + taken;
            leftoverEnd = direct ? leftoverStart : length;
            position = offset + taken;
            return taken;
        }
    }

    private Result<int> Show(SysfsAttribute attribute, Span<byte> page, CancellationToken interrupted)
    {
        if (!File.TryGetActive())
        {
            return Errno.ENODEV;
        }

        KernfsFile file = File;
        try
        {
            Volatile.Write(ref eventsSeen, file.Events);
            return attribute.ShowBounded(file.Kobject, page, interrupted);
        }
        finally
        {
            file.PutActive(root);
        }
    }

    /// <summary>The page of this file, or a new one while another read of the same file uses it.</summary>
    private byte[] Rent()
    {
        lock (gate)
        {
            byte[] page = leftover ?? new byte[PageSize];
            leftover = null;
            leftoverStart = leftoverEnd = 0;
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
