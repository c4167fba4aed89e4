using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vmm.Devices;

/// <summary>Loads by the merged uAPI.</summary>
internal sealed class SessionLoader(VfioDevice device) : DeviceLoader
{
    private MigrationSession? session;

    public override Errno Begin()
    {
        Result<MigrationSession?> moved = device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_RESUMING);
        session = moved.IsOk ? moved.Value : null;
        return moved.Error;
    }

    public override Errno Write(ReadOnlySpan<byte> source) => session?.Write(source) ?? Errno.ENODEV;

    public override Errno Finish() => device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP).Error;

    public override Errno Run() => device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_RUNNING).Error;

    public override Errno Abandon() => device.Reset();
}
