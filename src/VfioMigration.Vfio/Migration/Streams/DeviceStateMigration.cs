using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Regions;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>
/// Migration for a driver that has no format of its own: the driver describes its device (<see cref="IMigratableDevice"/>), the arcs and
/// both streams are here.
/// </summary>
/// <param name="device">The driver's part.</param>
/// <param name="flags">Which optional states to offer; STOP_COPY is added.</param>
/// <param name="report">Gets a message for the kernel log when a stream is refused.</param>
public sealed class DeviceStateMigration(IMigratableDevice device, VfioMigrationFlags flags, Action<string> report) : VfioMigrationOps
{
    private DeviceStateSavingStream? saving;
    private DeviceStateResumingStream? resuming;

    public override VfioMigrationFlags Flags => flags | VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY;

    public override ulong StopCopyLength
    {
        get
        {
            const ulong End = 2 * DeviceStateFormat.RecordHeaderSize;
            if (saving is not null)
            {
                return saving.IsFinal ? saving.PendingBytes : saving.PendingBytes + End;
            }

            ulong bytes = DeviceStateFormat.FixedHeaderSize + End;
            foreach (DeviceMemory memory in PiecesOf(device))
            {
                bytes += (ulong)memory.Length;
            }

            return bytes;
        }
    }

    public override Errno PerformArc(VfioDeviceState from, VfioDeviceState to)
    {
        bool stops = DeviceStateTable.IsRunning(from) && !DeviceStateTable.IsRunning(to);
        bool starts = !DeviceStateTable.IsRunning(from) && DeviceStateTable.IsRunning(to);
        Errno error = stops ? device.Pause()
            : starts ? device.Continue()
            : (from, to) is (VFIO_DEVICE_STATE_RESUMING, VFIO_DEVICE_STATE_STOP) ? resuming!.Finish()
            : Errno.None;
        if (error != Errno.None)
        {
            return error;
        }

        if ((from, to) is (VFIO_DEVICE_STATE_PRE_COPY or VFIO_DEVICE_STATE_PRE_COPY_P2P, VFIO_DEVICE_STATE_STOP_COPY))
        {
            saving!.IsFinal = true;
        }

        if (DeviceStateTable.EndsSession(from, to))
        {
            saving = null;
            resuming = null;
        }

        return Errno.None;
    }

    /// <summary>A session that begins with the device stopped has its real end in sight.</summary>
    public override SavingStream BeginSaving(VfioDeviceState state) =>
        saving = new DeviceStateSavingStream(device) { IsFinal = !DeviceStateTable.IsRunning(state) };

    public override ResumingStream BeginResuming() => resuming = new DeviceStateResumingStream(device, report);

    public override Errno Reset()
    {
        saving = null;
        resuming = null;
        Errno error = device.ResetState();
        return error == Errno.None ? device.Continue() : error;
    }

    /// <summary>The memory of a device, asked once; a driver that names more than <see cref="DeviceStateFormat.MaxPieces"/> pieces, perhaps without end, has a bug.</summary>
    internal static DeviceMemory[] PiecesOf(IMigratableDevice device)
    {
        DeviceMemory[] pieces = [.. device.StateMemory.Take(DeviceStateFormat.MaxPieces + 1)];
        return pieces.Length <= DeviceStateFormat.MaxPieces ? pieces : throw new InvalidOperationException($"the device has more than {DeviceStateFormat.MaxPieces} pieces of memory");
    }
}
