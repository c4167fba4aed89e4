using VfioMigration.Buses.Pci;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary>The configuration space of a function (VFIO_PCI_CONFIG_REGION_INDEX).</summary>
/// <param name="config">Its bytes.</param>
/// <param name="reportedSize">The size in GET_REGION_INFO; a driver may be off (mtty reports 255). All 256 bytes can be accessed.</param>
public sealed class PciConfigRegion(PciConfigSpace config, ulong reportedSize = PciConfigSpace.Size)
    : VfioRegion(reportedSize, VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE)
{
    internal override bool IsDriverless => true;

    protected internal override ulong Limit => PciConfigSpace.Size;

    protected internal override Errno Read(ulong offset, Span<byte> destination)
    {
        config.Read((int)offset, destination);
        return Errno.None;
    }

    protected internal override Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        config.Write((int)offset, source);
        return Errno.None;
    }
}
