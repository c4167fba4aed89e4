using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;

namespace VfioMigration.Vmm.Devices;

/// <summary>Saves by the loop of the migration region.</summary>
internal sealed class RegionSaver(VfioDevice device) : DeviceSaver
{
    private readonly MigrationRegionAccess region = new(device);

    public override ulong PendingBytes => region.ReadPending().TryGet(out ulong pending) ? pending : 0;

    public override Errno BeginPreCopy() => region.Enter(VfioDeviceStateRfc.PRE_COPY);

    public override Errno StopAndCopy() => region.Enter(VfioDeviceStateRfc.STOP_COPY);

    public override Result<int> Read(Span<byte> destination)
    {
        Result<ulong> pending = region.ReadPending();
        return !pending.TryGet(out ulong bytes, out Errno error) ? error : bytes == 0 ? 0 : region.ReadChunk(destination);
    }

    public override Errno Finish() => region.Enter(VfioDeviceStateRfc.STOP);

    public override Errno Abandon()
    {
        Errno error = region.Enter(VfioDeviceStateRfc.RUNNING);
        return error == Errno.None ? error : device.Reset();
    }
}
