using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary>An index without a region: size 0.</summary>
/// <param name="flags">What it claims all the same; mtty says READ and WRITE (measured).</param>
/// <param name="error">What an access gives.</param>
public sealed class AbsentRegion(VfioRegionFlags flags = VfioRegionFlags.None, Errno error = Errno.EINVAL) : VfioRegion(0, flags)
{
    internal override bool IsDriverless => true;

    protected internal override Errno Read(ulong offset, Span<byte> destination) => error;

    protected internal override Errno Write(ulong offset, ReadOnlySpan<byte> source) => error;
}
