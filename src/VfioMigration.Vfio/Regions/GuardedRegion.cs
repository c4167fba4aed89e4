using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Regions;

/// <summary>Accesses to a region, through the guard where the driver sees them. EINVAL for a range that is not inside.</summary>
internal static class GuardedRegion
{
    internal static Errno Read(VfioRegion region, VendorGuard guard, ulong offset, Span<byte> destination)
    {
        if (region.IsDriverless)
        {
            return Holds(region, offset, destination.Length) ? region.Read(offset, destination) : Errno.EINVAL;
        }

        return guard.Read(VendorCall.RegionAccess, (region, offset), destination, static (access, destination) =>
        {
            Errno error = Holds(access.region, access.offset, destination.Length) ? access.region.Read(access.offset, destination) : Errno.EINVAL;
            return error == Errno.None ? destination.Length : error;
        }).Result.Error;
    }

    internal static Errno Write(VfioRegion region, VendorGuard guard, ulong offset, ReadOnlySpan<byte> source)
    {
        if (region.IsDriverless)
        {
            return Holds(region, offset, source.Length) ? region.Write(offset, source) : Errno.EINVAL;
        }

        return guard.Write(VendorCall.RegionAccess, (region, offset), source, static (access, source) =>
            Holds(access.region, access.offset, source.Length) ? access.region.Write(access.offset, source) : Errno.EINVAL).Error;
    }

    /// <summary>True for a range inside the limit; accesses to an absent region get the same answer anywhere.</summary>
    private static bool Holds(VfioRegion region, ulong offset, int length)
    {
        ulong limit = region.Limit;
        return region is AbsentRegion || (offset <= limit && (ulong)length <= limit - offset);
    }
}
