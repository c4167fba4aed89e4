using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vendors.I40evf;

/// <summary>
/// BAR 0. With a trap that is not permanent, a user may map all of it while the function just runs; the capabilities list what must be trapped
/// when it is saved.
/// </summary>
/// <param name="read">Reads a register.</param>
/// <param name="write">Writes one.</param>
/// <param name="trap">When the doorbells are trapped.</param>
internal sealed class I40evfBar(RegionReadMethod read, RegionWriteMethod write, DoorbellTrap trap)
    : VfioRegion(
        I40evfRegister.BarSize,
        VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ
        | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE
        | (trap == DoorbellTrap.Always ? VfioRegionFlags.None : VfioRegionFlags.VFIO_REGION_INFO_FLAG_MMAP | VfioRegionFlags.VFIO_REGION_INFO_FLAG_CAPS))
{
    private static readonly SparseMmapCapability Everything = new([(0, I40evfRegister.BarSize)]);
    private static readonly SparseMmapCapability WithoutDoorbells = new([(0, Page.Size)]);
    private static readonly SparseMmapCapability WithoutDoorbellsWhileSaving = new([(0, Page.Size)], WhileSaving: true);

    /// <summary>While true the doorbells cannot be mapped.</summary>
    internal bool TrapsDoorbells { get; set; }

    /// <summary>True while a user has the doorbells mapped.</summary>
    internal bool DoorbellsAreMapped =>
        trap == DoorbellTrap.SparseMmapSaving ? HasMappingThatConflictsWithSaving() : HasMappingOutside(WithoutDoorbells);

    public override IReadOnlyList<RegionCapability> Capabilities => trap switch
    {
        DoorbellTrap.SparseMmapSaving => [TrapsDoorbells ? WithoutDoorbells : Everything, WithoutDoorbellsWhileSaving],
        DoorbellTrap.RemapIrq => [TrapsDoorbells ? WithoutDoorbells : Everything],
        _ => [],
    };

    protected override Errno Read(ulong offset, Span<byte> destination) => read(offset, destination);

    protected override Errno Write(ulong offset, ReadOnlySpan<byte> source) => write(offset, source);
}
