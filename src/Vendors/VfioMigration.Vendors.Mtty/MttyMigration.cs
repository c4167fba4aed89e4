using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// Migration as the kernel's sample does it since Linux 6.7: the header may be read in PRE_COPY, so that the other side can refuse early; the ports follow
/// in STOP_COPY.
/// </summary>
internal sealed class MttyMigration(MttyDevice device, Action<string> report) : VfioMigrationOps
{
    private MttySavingStream? saving;
    private MttyResumingStream? resuming;

    public override VfioMigrationFlags Flags =>
        VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY | VfioMigrationFlags.VFIO_MIGRATION_P2P | VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY;

    public override ulong StopCopyLength => (ulong)MttySavedState.SizeFor(device.Ports.Count);

    public override Errno PerformArc(VfioDeviceState from, VfioDeviceState to)
    {
        if ((from, to) is (VFIO_DEVICE_STATE_RESUMING, VFIO_DEVICE_STATE_STOP))
        {
            return resuming!.Finish();
        }

        if (to == VFIO_DEVICE_STATE_STOP_COPY)
        {
            saving?.AddPorts();
        }

        if (DeviceStateTable.EndsSession(from, to))
        {
            saving = null;
        }

        return Errno.None;
    }

    public override SavingStream BeginSaving(VfioDeviceState state)
    {
        saving = new MttySavingStream(device);
        if (state == VFIO_DEVICE_STATE_STOP_COPY)
        {
            saving.AddPorts();
        }

        return saving;
    }

    public override ResumingStream BeginResuming() => resuming = new MttyResumingStream(device, report);

    /// <summary>Measured: the registers keep their values.</summary>
    public override Errno Reset()
    {
        device.Device.Tree.Log.Write(LogLevels.Info, "mtty_reset: called");
        saving = null;
        resuming = null;
        return Errno.None;
    }
}
