using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Migration;

/// <summary>
/// What a driver implements so that its device can be migrated (<c>struct vfio_migration_ops</c>): single arcs. The core walks the
/// paths, never runs two of these calls at once for one device, and does the bookkeeping of sessions.
/// </summary>
public abstract class VfioMigrationOps
{
    /// <summary>Which optional states there are; STOP_COPY always.</summary>
    public abstract VfioMigrationFlags Flags { get; }

    /// <summary>Bytes that a session begun in STOP_COPY would have now, an estimate (MIG_DATA_SIZE).</summary>
    public abstract ulong StopCopyLength { get; }

    /// <summary>True after a failed arc that left the device in no usable state: the core then enters ERROR.</summary>
    public virtual bool IsBroken => false;

    /// <summary>
    /// Performs one arc of <see cref="DeviceStateTable.Arcs"/>, completely or not at all. When it returns success for an arc out of the running
    /// states, the device has stopped.
    /// </summary>
    public abstract Errno PerformArc(VfioDeviceState from, VfioDeviceState to);

    /// <summary>The stream of the saving session that the arc just performed began. Called once per such arc.</summary>
    /// <param name="state">The state reached: STOP_COPY, PRE_COPY or PRE_COPY_P2P.</param>
    public abstract SavingStream BeginSaving(VfioDeviceState state);

    /// <summary>The stream of the resuming session that the arc just performed began. Called once per such arc.</summary>
    public abstract ResumingStream BeginResuming();

    /// <summary>VFIO_DEVICE_RESET: the device runs afterwards, whatever state it was in, and there is no session. An errno is that of the ioctl; the device is in ERROR then.</summary>
    public abstract Errno Reset();
}
