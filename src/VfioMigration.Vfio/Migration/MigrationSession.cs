using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Migration;

/// <summary>
/// The object behind a data descriptor of the uAPI (an <c>anon_inode</c> there): one direction, one stream, invalid once the state has changed.
/// </summary>
public sealed class MigrationSession
{
    /// <summary>No state is larger: 1 TiB.</summary>
    public const ulong MaxPendingBytes = 1UL << 40;

    private readonly MigrationStateMachine machine;
    private readonly GuardedSavingStream? saving;
    private readonly GuardedResumingStream? resuming;
    private volatile bool isOver;
    private long position;

    internal MigrationSession(MigrationStateMachine machine, GuardedSavingStream saving)
    {
        this.machine = machine;
        this.saving = saving;
    }

    internal MigrationSession(MigrationStateMachine machine, GuardedResumingStream resuming)
    {
        this.machine = machine;
        this.resuming = resuming;
    }

    /// <summary>True for a stream to read, false for one to write.</summary>
    public bool IsSaving => saving is not null;

    /// <summary>True when reading and writing give ENODEV.</summary>
    public bool IsOver => isOver;

    /// <summary>
    /// Bytes known to follow when saving; 0 when resuming, when the session has ended, and for a driver that does not report it. Never more than <see cref="MaxPendingBytes"/>, whatever it reports.
    /// </summary>
    public ulong PendingBytes
    {
        get
        {
            if (isOver || saving is null || machine.Enter(default) != Errno.None)
            {
                return 0;
            }

            ulong pending = PendingInTurn;
            machine.Leave();
            return pending;
        }
    }

    /// <summary>As <see cref="PendingBytes"/>, for the holder of the turn.</summary>
    internal ulong PendingInTurn =>
        saving is not null && !isOver && machine.Checked(saving.PendingBytes()).TryGet(out ulong bytes) ? Math.Min(bytes, MaxPendingBytes) : 0;

    /// <summary>
    /// Bytes of the state. 0 at the end; ENOMSG at the temporary end in PRE_COPY; EBADF on a resuming session; ENODEV when the session is
    /// over; EINTR when interrupted while an arc is under way; else the driver's errno.
    /// </summary>
    public Result<int> Read(Span<byte> destination, CancellationToken interrupted = default)
    {
        if (saving is null)
        {
            return Errno.EBADF;
        }

        Errno error = machine.Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        Result<int> read = ReadInTurn(destination);
        machine.Leave();
        return read;
    }

    /// <summary>As <see cref="Read"/>, for the holder of the turn.</summary>
    internal Result<int> ReadInTurn(Span<byte> destination) =>
        saving is null ? Errno.EBADF
        : isOver ? Errno.ENODEV
        : ReadThroughFaults(saving, destination);

    /// <summary>
    /// Takes all of the bytes or none. EBADF on a saving session; ENODEV when the session has ended; EINTR when interrupted while an arc is
    /// under way; else the driver's errno.
    /// </summary>
    public Errno Write(ReadOnlySpan<byte> source, CancellationToken interrupted = default)
    {
        if (resuming is null)
        {
            return Errno.EBADF;
        }

        Errno error = machine.Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        error = WriteInTurn(source);
        machine.Leave();
        return error;
    }

    /// <summary>As <see cref="Write"/>, for the holder of the turn.</summary>
    internal Errno WriteInTurn(ReadOnlySpan<byte> source) =>
        resuming is null ? Errno.EBADF
        : isOver ? Errno.ENODEV
        : WriteThroughFaults(resuming, source);

    /// <summary>
    /// VFIO_MIG_GET_PRECOPY_INFO. In this order, as measured: ENOTTY on a resuming session; EINVAL when the device is in neither PRE_COPY nor
    /// PRE_COPY_P2P; ENODEV when this session has ended.
    /// </summary>
    public Result<PrecopyInfo> GetPrecopyInfo(CancellationToken interrupted = default)
    {
        if (saving is null)
        {
            return Errno.ENOTTY;
        }

        Errno error = machine.Enter(interrupted);
        if (error != Errno.None)
        {
            return error;
        }

        Result<PrecopyInfo> info = !DeviceStateTable.IsPreCopy(machine.State) ? Errno.EINVAL
            : isOver ? Errno.ENODEV
            : machine.Checked(saving.GetPrecopyInfo());
        machine.Leave();
        return info;
    }

    /// <summary>
    /// VFIO_MIG_GET_PRECOPY_INFO on the bytes of <c>struct vfio_precopy_info</c>: EINVAL for an argsz below 24, then as the other overload.
    /// <c>argsz</c> is returned unchanged; <c>flags</c> too, unless the user opted in to REINIT.
    /// </summary>
    public Errno GetPrecopyInfo(ref VfioPrecopyInfo info)
    {
        const uint Size = 24;
        if (saving is null)
        {
            return Errno.ENOTTY;
        }

        if (info.Argsz < Size)
        {
            return Errno.EINVAL;
        }

        if (!GetPrecopyInfo().TryGet(out PrecopyInfo found, out Errno error))
        {
            return error;
        }

        info.InitialBytes = found.InitialBytes;
        info.DirtyBytes = found.DirtyBytes;
        if (machine.ReportsReinit)
        {
            info.Flags = found.Reinit ? VfioPrecopyInfo.VFIO_PRECOPY_INFO_REINIT : 0;
        }

        return Errno.None;
    }

    internal void End()
    {
        isOver = true;
        saving?.Release();
        resuming?.Release();
    }

    private Result<int> ReadThroughFaults(GuardedSavingStream stream, Span<byte> destination)
    {
        Result<int> allowed = machine.Faults?.BeforeStream(position, destination.Length) ?? destination.Length;
        if (!allowed.TryGet(out int most) || (most == 0 && !destination.IsEmpty))
        {
            return allowed;
        }

        Result<int> read = machine.Checked(stream.Read(destination[..most]));
        position += read.TryGet(out int count) ? count : 0;
        return read;
    }

    private Errno WriteThroughFaults(GuardedResumingStream stream, ReadOnlySpan<byte> source)
    {
        Result<int> allowed = machine.Faults?.BeforeStream(position, source.Length) ?? source.Length;
        if (!allowed.TryGet(out int most, out Errno fault))
        {
            return fault;
        }

        // A short stream: what is beyond never arrives, and no error is reported.
        Errno error = most == 0 ? Errno.None : machine.Checked(stream.Write(source[..most]));
        position += error == Errno.None ? most : 0;
        return error;
    }
}
