using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Region;

namespace VfioMigration.Vmm.Devices;

/// <summary>Loads by the loop of the migration region.</summary>
internal sealed class RegionLoader(VfioDevice device) : DeviceLoader
{
    private readonly MigrationRegionAccess region = new(device);

    public override Errno Begin() => region.Enter(VfioDeviceStateRfc.RESUMING);

    /// <summary>In chunks as the other side made them, unless they are longer than the window.</summary>
    public override Errno Write(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            int length = Math.Min(source.Length, MigrationRegion.DataSectionSize);
            Errno error = region.WriteChunk(source[..length]);
            if (error != Errno.None)
            {
                return error;
            }

            source = source[length..];
        }

        return Errno.None;
    }

    public override Errno Finish() => region.Enter(VfioDeviceStateRfc.STOP);

    public override Errno Run() => region.Enter(VfioDeviceStateRfc.RUNNING);

    public override Errno Abandon() => device.Reset();
}
