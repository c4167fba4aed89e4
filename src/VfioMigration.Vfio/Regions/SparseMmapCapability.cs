using System.Buffers.Binary;

using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary>
/// <c>struct vfio_region_info_cap_sparse_mmap</c>: which parts of the region may be mapped; in the form SPARSE_MMAP_SAVING (proposed 2020, not merged, R52)
/// which parts may stay mapped when the device is to be saved.
/// </summary>
/// <param name="Areas">Offset and bytes in the region, page aligned.</param>
/// <param name="WhileSaving">True for the proposed form.</param>
public sealed record SparseMmapCapability(IReadOnlyList<(ulong Offset, ulong Size)> Areas, bool WhileSaving = false)
    : RegionCapability(WhileSaving ? VfioRegionCapabilityId.SparseMmapSaving : VfioRegionCapabilityId.VFIO_REGION_INFO_CAP_SPARSE_MMAP, 1)
{
    protected override int BodySize => 8 + (Areas.Count * 16);

    protected override void WriteBody(Span<byte> body)
    {
        body.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(body, (uint)Areas.Count);
        for (int i = 0; i < Areas.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(body[(8 + (i * 16))..], Areas[i].Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(body[(16 + (i * 16))..], Areas[i].Size);
        }
    }

    /// <summary>True when all of the range may be mapped.</summary>
    public bool Covers(ulong offset, ulong size) =>
        Areas.Any(area => offset >= area.Offset && size <= area.Size && offset - area.Offset <= area.Size - size);
}
