using System.Buffers.Binary;

using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary><c>struct vfio_region_info_cap_type</c>: what a device specific region is.</summary>
public sealed record RegionTypeCapability(uint Type, uint Subtype)
    : RegionCapability(VfioRegionCapabilityId.VFIO_REGION_INFO_CAP_TYPE, 1)
{
    protected override int BodySize => 8;

    protected override void WriteBody(Span<byte> body)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(body, Type);
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], Subtype);
    }
}
