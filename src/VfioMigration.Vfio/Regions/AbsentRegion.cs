using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary>An index without a region: size 0. Measured: it claims READ and WRITE all the same, and access gives EFAULT.</summary>
public sealed class AbsentRegion()
    : VfioRegion(0, VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE)
{
    internal override bool IsDriverless => true;

    protected internal override Errno Read(ulong offset, Span<byte> destination) => Errno.EFAULT;

    protected internal override Errno Write(ulong offset, ReadOnlySpan<byte> source) => Errno.EFAULT;
}
