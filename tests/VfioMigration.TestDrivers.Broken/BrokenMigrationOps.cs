using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.TestDrivers.Broken;

/// <summary>The migration of the Sdk with a fault around it.</summary>
internal sealed class BrokenMigrationOps(BrokenDevice device, FaultPoint point, Action<string> report) : VfioMigrationOps
{
    private readonly DeviceStateMigration inner = new(device, VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY, report);

    public override VfioMigrationFlags Flags => point.Answer(inner.Flags, "VfioMigrationOps.Flags");

    public override ulong StopCopyLength => point.Answer(inner.StopCopyLength, "VfioMigrationOps.StopCopyLength");

    public override bool IsBroken => point.Answer(inner.IsBroken, "VfioMigrationOps.IsBroken");

    /// <summary>The core asks whether the device is broken when an arc has failed: one does where that is the question.</summary>
    public override Errno PerformArc(VfioDeviceState from, VfioDeviceState to) =>
        to == VfioDeviceState.VFIO_DEVICE_STATE_RESUMING && point.Is("VfioMigrationOps.IsBroken") ? Errno.EINVAL : point.Answer(inner.PerformArc(from, to), "VfioMigrationOps.PerformArc");

    public override SavingStream BeginSaving(VfioDeviceState state) =>
        point.Answer<SavingStream>(new BrokenSavingStream(inner.BeginSaving(state), point), "VfioMigrationOps.BeginSaving", () => device.Other().Ops.inner.BeginSaving(state));

    public override ResumingStream BeginResuming() =>
        point.Answer<ResumingStream>(new BrokenResumingStream(inner.BeginResuming(), point), "VfioMigrationOps.BeginResuming", () => device.Other().Ops.inner.BeginResuming());

    public override Errno Reset()
    {
        return point.Answer(inner.Reset(), "VfioMigrationOps.Reset");
    }
}
