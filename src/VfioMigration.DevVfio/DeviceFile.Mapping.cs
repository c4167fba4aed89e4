using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.DevVfio;

/// <summary>What of the regions can be mapped.</summary>
internal sealed partial class DeviceFile
{
    /// <summary>What GET_REGION_INFO shows of a region: what may be mapped only where this way of serving it can map.</summary>
    internal (VfioRegionFlags Flags, IReadOnlyList<RegionCapability> Capabilities) Show(int index)
    {
        VfioRegion region = device.Regions[index];
        IReadOnlyList<RegionCapability> shown = [.. region.Capabilities.Where(static capability => capability is not SparseMmapCapability)];
        VfioRegionFlags flags = region.Flags & ~(VfioRegionFlags.VFIO_REGION_INFO_FLAG_MMAP | VfioRegionFlags.VFIO_REGION_INFO_FLAG_CAPS);
        return (shown.Count > 0 ? flags | VfioRegionFlags.VFIO_REGION_INFO_FLAG_CAPS : flags, shown);
    }
}
