using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Migration.Region;

/// <summary>
/// The window through which the region moves a stream, one chunk at a time. Saving: <c>pending_bytes</c> acknowledges the chunk before,
/// <c>data_offset</c> stages the next, <c>data_size</c> is its length. Resuming: the user fills the window and writes <c>data_size</c>.
/// </summary>
/// <remarks>
/// The next chunk is taken from the driver when pending_bytes is read, into a buffer nobody sees: so 0 is said exactly when there is
/// nothing, and reading again changes nothing.
/// </remarks>
internal sealed class MigrationDataSection(MigrationStateMachine machine)
{
    /// <summary>Held while the driver is asked: of two who look ahead at once, one would lose the other's chunk.</summary>
    private readonly Lock gate = new();
    private readonly byte[] ahead = new byte[MigrationRegion.DataSectionSize];
    private MigrationSession? source;
    private int aheadLength;
    private int stagedLength;

    internal Memory<byte> Bytes { get; private set; } = new byte[MigrationRegion.DataSectionSize];

    /// <summary>The window is elsewhere from now on.</summary>
    internal void MoveTo(Memory<byte> other)
    {
        lock (gate)
        {
            Bytes.CopyTo(other);
            Bytes = other;
        }
    }

    /// <summary>Length of the chunk in the window.</summary>
    internal ulong StagedBytes
    {
        get
        {
            lock (gate)
            {
                Follow();
                return (ulong)stagedLength;
            }
        }
    }

    /// <summary>Lets the chunk in the window go; the bytes that can be fetched, 0 for nothing at the moment. The driver's errno when it fails.</summary>
    internal Result<ulong> AcknowledgeAndCount()
    {
        lock (gate)
        {
            Follow();
            stagedLength = 0;
            Errno error = LookAhead();
            return error != Errno.None ? error : (ulong)aheadLength + (aheadLength > 0 ? source?.PendingBytes ?? 0 : 0);
        }
    }

    /// <summary>Puts the next chunk into the window, unless one is there; the window's offset in the region.</summary>
    internal Result<ulong> Stage()
    {
        lock (gate)
        {
            Follow();
            Errno error = stagedLength == 0 ? LookAhead() : Errno.None;
            if (error != Errno.None)
            {
                return error;
            }

            if (stagedLength == 0 && aheadLength > 0)
            {
                ahead.AsSpan(0, aheadLength).CopyTo(Bytes.Span);
                stagedLength = aheadLength;
                aheadLength = 0;
            }

            return (ulong)MigrationRegion.DataOffset;
        }
    }

    /// <summary>
    /// Gives the first bytes of the window to the driver. EINVAL: the device is not resuming, or more bytes than the window has; else the
    /// driver's errno.
    /// </summary>
    internal Errno Consume(ulong length)
    {
        if (machine.State != VfioDeviceState.VFIO_DEVICE_STATE_RESUMING
            || length > MigrationRegion.DataSectionSize
            || machine.Session is not { IsSaving: false } session)
        {
            return Errno.EINVAL;
        }

        return length == 0 ? Errno.None : session.Write(Bytes.Span[..(int)length]);
    }

    /// <summary>What was taken from a session that is over is void.</summary>
    private void Follow()
    {
        MigrationSession? session = machine.Session is { IsSaving: true } saving ? saving : null;
        if (session != source)
        {
            source = session;
            aheadLength = stagedLength = 0;
        }
    }

    /// <summary>Takes a chunk from the driver unless one is waiting.</summary>
    private Errno LookAhead()
    {
        if (source is null || aheadLength > 0)
        {
            return Errno.None;
        }

        if (source.Read(ahead).TryGet(out aheadLength, out Errno error))
        {
            return Errno.None;
        }

        aheadLength = 0;
        return error is Errno.ENOMSG or Errno.ENODEV ? Errno.None : error;
    }
}
