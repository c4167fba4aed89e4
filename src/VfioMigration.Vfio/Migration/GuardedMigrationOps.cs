using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Migration;

/// <summary>The migration operations of a driver, called through its guard. Every call is made in the device's turn.</summary>
internal sealed class GuardedMigrationOps
{
    private readonly VfioMigrationOps ops;
    private readonly VendorGuard guard;

    /// <summary>The flags are read once: what a device can do does not change while it is registered (vfio_main.c, vfio_register_group_dev).</summary>
    internal GuardedMigrationOps(VfioMigrationOps ops, VendorGuard guard)
    {
        this.ops = ops;
        this.guard = guard;
        Flags = ops.Flags;
    }

    internal VfioMigrationFlags Flags { get; }

    /// <summary>False for a driver that fails: then nothing more is known than that the arc did not happen.</summary>
    internal bool IsBroken => guard.Call(VendorCall.Describe, ops, static ops => (Result<bool>)ops.IsBroken).Result is not { IsOk: true, Value: false };

    internal VendorAnswer<ulong> StopCopyLength() => guard.Call(VendorCall.Size, ops, static ops => (Result<ulong>)ops.StopCopyLength);

    internal VendorAnswer PerformArc(VfioDeviceState from, VfioDeviceState to) =>
        guard.Call(VendorCall.Step, (ops, from, to), static call => call.ops.PerformArc(call.from, call.to));

    /// <summary>EIO for a driver that gives none, or one that is in use already.</summary>
    internal Result<GuardedSavingStream> BeginSaving(VfioDeviceState state)
    {
        Result<SavingStream> begun = guard.Call(VendorCall.Step, (ops, state), static call => (Result<SavingStream>)call.ops.BeginSaving(call.state)).Result;
        return !begun.TryGet(out SavingStream stream, out Errno error) ? error
            : stream is not null && stream.TryClaim() ? new GuardedSavingStream(stream, guard)
            : ReportBug("saving");
    }

    /// <summary>As <see cref="BeginSaving"/>.</summary>
    internal Result<GuardedResumingStream> BeginResuming()
    {
        Result<ResumingStream> begun = guard.Call(VendorCall.Step, ops, static ops => (Result<ResumingStream>)ops.BeginResuming()).Result;
        return !begun.TryGet(out ResumingStream stream, out Errno error) ? error
            : stream is not null && stream.TryClaim() ? new GuardedResumingStream(stream, guard)
            : ReportBug("resuming");
    }

    internal VendorAnswer Reset() =>
        guard.Call(VendorCall.Reset, ops, static ops => ops.Reset());

    private Errno ReportBug(string direction)
    {
        guard.Report($"step: driver bug: no new {direction} stream for a new session");
        return Errno.EIO;
    }
}
