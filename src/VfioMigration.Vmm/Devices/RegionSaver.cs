using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Region;

namespace VfioMigration.Vmm.Devices;

/// <summary>Saves by the loop of the migration region.</summary>
internal sealed class RegionSaver(VfioDevice device) : DeviceSaver(device)
{
    private readonly MigrationRegionAccess region = new(device);
    private readonly bool hasPreCopy =
        device.MigrationRegion is not MigrationRegionRfc rfc || rfc.IsArcSupported(VfioDeviceStateRfc.RUNNING, VfioDeviceStateRfc.PRE_COPY);

    public override Result<ulong> GetPendingBytes() => region.ReadPending();

    /// <summary>Every v1 driver takes the state; the RFC's have to be queried.</summary>
    public override Errno BeginPreCopy() => hasPreCopy ? region.Enter(VfioDeviceStateRfc.PRE_COPY) : Errno.None;

    public override Errno StopAndCopy() => region.Enter(VfioDeviceStateRfc.STOP_COPY);

    public override Result<int> Read(Span<byte> destination)
    {
        Result<ulong> pending = region.ReadPending();
        return !pending.TryGet(out ulong bytes, out Errno error) ? error : bytes == 0 ? 0 : region.ReadChunk(destination);
    }

    public override Errno Finish() => region.Enter(VfioDeviceStateRfc.STOP);

    protected override Errno Continue() => region.Enter(VfioDeviceStateRfc.RUNNING);
}
