using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio;

/// <summary>
/// The address space of a container (<c>drivers/vfio/vfio_iommu_type1.c</c>). The hardware that functions have behind it is that of an x86 machine: 48 bits of addresses without the range of the interrupt
/// controller, pages of 4 KiB, 2 MiB and 1 GiB.
/// </summary>
internal sealed class VfioIommuType1 : IDisposable
{
    internal const ulong HardwarePageSizes = 0x40201000;

    internal static readonly VfioIovaRange[] HardwareRanges = [new() { Start = 0, End = 0xfedfffff }, new() { Start = 0xfef00000, End = 0xffff_ffff_ffff }];

    private readonly List<VfioGroup> groups = [];

    internal VfioIommuType1(VfioCore core, VfioExtension model)
    {
        IsLinux7 = core.IsLinux7;
        IsV2 = model != VfioExtension.VFIO_TYPE1_IOMMU;
        Map = new DmaMap { UnmapsWhole = !IsV2, WrapErrno = WrapErrno };
    }

    internal DmaMap Map { get; }

    /// <summary>True for VFIO_TYPE1v2_IOMMU: a mapping is unmapped as it was mapped, and pages are tracked.</summary>
    internal bool IsV2 { get; }

    /// <summary>Linux 7 answers a range that wraps around with EOVERFLOW.</summary>
    internal bool IsLinux7 { get; }

    private Uapi.Errno WrapErrno => IsLinux7 ? Uapi.Errno.EOVERFLOW : Uapi.Errno.EINVAL;

    /// <summary>True with a mediated device in it.</summary>
    internal bool HasEmulated => groups.Exists(static group => group.GroupKind == VfioGroupKind.EmulatedIommu);

    /// <summary>True with a function in it.</summary>
    internal bool HasHardware => groups.Exists(static group => group.GroupKind == VfioGroupKind.Iommu);

    internal static bool IsModel(ulong model) =>
        (VfioExtension)model is VfioExtension.VFIO_TYPE1_IOMMU or VfioExtension.VFIO_TYPE1v2_IOMMU or VfioExtension.VFIO_TYPE1_NESTING_IOMMU;

    /// <summary>Of the driver alone, before there is an address space.</summary>
    internal static int CheckExtensionOfDriver(ulong extension, VfioCore core) => (VfioExtension)extension switch
    {
        VfioExtension.VFIO_TYPE1_IOMMU or VfioExtension.VFIO_TYPE1v2_IOMMU or VfioExtension.VFIO_UNMAP_ALL => 1,
        VfioExtension.VFIO_TYPE1_NESTING_IOMMU => core.IsLinux7 ? 0 : 1,
        _ => 0,
    };

    internal int CheckExtension(ulong extension) => (VfioExtension)extension switch
    {
        VfioExtension.VFIO_TYPE1_IOMMU or VfioExtension.VFIO_TYPE1v2_IOMMU or VfioExtension.VFIO_UNMAP_ALL or VfioExtension.VFIO_DMA_CC_IOMMU => 1,
        VfioExtension.VFIO_TYPE1_NESTING_IOMMU => IsLinux7 ? 0 : 1,
        VfioExtension.VFIO_UPDATE_VADDR => HasEmulated ? 0 : 1,
        _ => 0,
    };

    internal void Attach(VfioGroup group) => groups.Add(group);

    internal void Detach(VfioGroup group) => groups.Remove(group);

    public void Dispose() => Map.UnmapAll();
}
