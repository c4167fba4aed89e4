using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.HisiAcc;

/// <summary>
/// STOP_COPY and PRE_COPY, as the kernel's driver: the latter sends nothing but match data, so that a target refuses before the guest has stopped.
/// The state follows in STOP_COPY.
/// </summary>
internal sealed class HisiAccMigration(HisiAccDevice device, Action<string> report) : VfioMigrationOps
{
    private readonly DeviceStateMigration inner = new(device, VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY, report);
    private HisiAccSavingStream? saving;
    private HisiAccResumingStream? resuming;

    public override VfioMigrationFlags Flags => inner.Flags;

    public override ulong StopCopyLength => inner.StopCopyLength + (ulong)(saving?.MatchDataLeft ?? HisiAccMatchData.Size);

    public override Errno PerformArc(VfioDeviceState from, VfioDeviceState to)
    {
        if ((from, to) is (VFIO_DEVICE_STATE_RESUMING, VFIO_DEVICE_STATE_STOP) && resuming!.FindProblem() is { } problem)
        {
            report($"migration: {problem}");
            return Errno.EINVAL;
        }

        Errno error = inner.PerformArc(from, to);
        if (error == Errno.None && DeviceStateTable.EndsSession(from, to))
        {
            saving = null;
            resuming = null;
        }

        return error;
    }

    public override SavingStream BeginSaving(VfioDeviceState state) => saving = new HisiAccSavingStream(device.Match.ToBytes(), inner.BeginSaving(state));

    public override ResumingStream BeginResuming() => resuming = new HisiAccResumingStream(device, inner.BeginResuming(), report);

    public override Errno Reset()
    {
        saving = null;
        resuming = null;
        return inner.Reset();
    }
}
