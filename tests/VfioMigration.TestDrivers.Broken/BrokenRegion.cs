using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.TestDrivers.Broken;

internal sealed class BrokenRegion(DeviceMemory memory, FaultPoint point)
    : VfioRegion((ulong)memory.Length, VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE)
{
    protected override ulong Limit => point.Answer(base.Limit, "VfioRegion.Limit");

    protected override Errno Read(ulong offset, Span<byte> destination)
    {
        memory.Read((int)offset, destination);
        return point.Answer(Errno.None, "VfioRegion.Read");
    }

    protected override Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        memory.Write((int)offset, source);
        return point.Answer(Errno.None, "VfioRegion.Write");
    }
}
