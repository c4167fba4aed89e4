using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary>A region that is memory of the device; writes through VFIO are noted as dirty for the device's migration.</summary>
public sealed class MemoryRegion(DeviceMemory memory)
    : VfioRegion(
        (ulong)memory.Length,
        VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE | VfioRegionFlags.VFIO_REGION_INFO_FLAG_MMAP)
{
    internal override bool IsDriverless => true;

    public override Memory<byte> Memory => memory.Bytes;

    protected internal override Errno Read(ulong offset, Span<byte> destination)
    {
        memory.Read((int)offset, destination);
        return Errno.None;
    }

    protected internal override Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        memory.Write((int)offset, source);
        return Errno.None;
    }
}
