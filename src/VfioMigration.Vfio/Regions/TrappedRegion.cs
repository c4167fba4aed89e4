using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary>Reads a range of a trapped region.</summary>
public delegate Errno RegionReadMethod(ulong offset, Span<byte> destination);

/// <summary>Writes a range of a trapped region.</summary>
public delegate Errno RegionWriteMethod(ulong offset, ReadOnlySpan<byte> source);

/// <summary>A region whose every access the driver sees.</summary>
public sealed class TrappedRegion(ulong size, RegionReadMethod read, RegionWriteMethod write, params IReadOnlyList<RegionCapability> capabilities)
    : VfioRegion(size, VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE | MapFlag(capabilities), capabilities)
{
    protected internal override Errno Read(ulong offset, Span<byte> destination) => read(offset, destination);

    protected internal override Errno Write(ulong offset, ReadOnlySpan<byte> source) => write(offset, source);

    private static VfioRegionFlags MapFlag(IReadOnlyList<RegionCapability> capabilities) =>
        capabilities.Any(capability => capability is SparseMmapCapability) ? VfioRegionFlags.VFIO_REGION_INFO_FLAG_MMAP : VfioRegionFlags.None;
}
