using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vmm.Devices;

/// <summary>Saves by the merged uAPI.</summary>
internal sealed class SessionSaver(VfioDevice device) : DeviceSaver(device)
{
    private readonly MigrationStateMachine machine = device.Migration!;
    private MigrationSession? session;

    public override Result<ulong> GetPendingBytes() => session?.PendingBytes ?? machine.GetStopCopyLength();

    public override Errno BeginPreCopy() =>
        machine.Flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY) ? Enter(VFIO_DEVICE_STATE_PRE_COPY) : Errno.None;

    public override Errno StopAndCopy() => Enter(VFIO_DEVICE_STATE_STOP_COPY);

    public override Result<int> Read(Span<byte> destination)
    {
        if (session is null)
        {
            return 0;
        }

        Result<int> read = session.Read(destination);
        return read.Error == Errno.ENOMSG ? 0 : read;
    }

    public override Errno Finish() => Enter(VFIO_DEVICE_STATE_STOP);

    protected override Errno Continue() => Enter(VFIO_DEVICE_STATE_RUNNING);

    private Errno Enter(VfioDeviceState state)
    {
        Result<MigrationSession?> moved = machine.SetState(state);
        session = moved.IsOk ? moved.Value ?? session : session;
        return moved.Error;
    }
}
