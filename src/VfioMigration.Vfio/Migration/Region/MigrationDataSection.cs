using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Migration.Region;

/// <summary>
/// The window through which the region moves a stream, one chunk at a time. Saving: <c>pending_bytes</c> acknowledges the chunk before,
/// <c>data_offset</c> stages the next, <c>data_size</c> is its length. Resuming: the user fills the window and writes <c>data_size</c>.
/// </summary>
/// <remarks>
/// The next chunk is taken from the driver when pending_bytes is read, into a private buffer: so 0 is reported exactly when there is
/// nothing, and reading again changes nothing. All of it happens in the device's turn: of two who look ahead at once, one would lose the other's chunk.
/// </remarks>
internal sealed class MigrationDataSection(MigrationStateMachine machine)
{
    private readonly byte[] ahead = new byte[MigrationRegion.DataSectionSize];
    private MigrationSession? source;
    private int aheadLength;
    private int stagedLength;

    internal Memory<byte> Bytes { get; private set; } = new byte[MigrationRegion.DataSectionSize];

    /// <summary>The window is elsewhere from now on. Before anybody uses the device.</summary>
    internal void MoveTo(Memory<byte> other)
    {
        Bytes.CopyTo(other);
        Bytes = other;
    }

    /// <summary>Length of the chunk in the window. EIO: the device is broken.</summary>
    internal Result<ulong> GetStagedBytes() => InTurn(static section => (ulong)section.stagedLength);

    /// <summary>Lets the chunk in the window go; the bytes that can be fetched, 0 for nothing at the moment. The driver's errno when it fails.</summary>
    internal Result<ulong> AcknowledgeAndCount() => InTurn(static section =>
    {
        section.stagedLength = 0;
        Errno error = section.LookAhead();
        return error != Errno.None ? error
            : (ulong)section.aheadLength + (section.aheadLength > 0 ? section.source?.PendingInTurn ?? 0 : 0);
    });

    /// <summary>Puts the next chunk into the window, unless one is there; the window's offset in the region.</summary>
    internal Result<ulong> Stage() => InTurn(static section =>
    {
        Errno error = section.stagedLength == 0 ? section.LookAhead() : Errno.None;
        if (error != Errno.None)
        {
            return error;
        }

        if (section.stagedLength == 0 && section.aheadLength > 0)
        {
            section.ahead.AsSpan(0, section.aheadLength).CopyTo(section.Bytes.Span);
            section.stagedLength = section.aheadLength;
            section.aheadLength = 0;
        }

        return (ulong)MigrationRegion.DataOffset;
    });

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

    private Result<ulong> InTurn(Func<MigrationDataSection, Result<ulong>> action)
    {
        Errno error = machine.Enter(default);
        if (error != Errno.None)
        {
            return error;
        }

        Follow();
        Result<ulong> result = action(this);
        machine.Leave();
        return result;
    }

    /// <summary>What was taken from a session that has ended is void.</summary>
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

        if (source.ReadInTurn(ahead).TryGet(out aheadLength, out Errno error))
        {
            return Errno.None;
        }

        aheadLength = 0;
        return error is Errno.ENOMSG or Errno.ENODEV ? Errno.None : error;
    }
}
