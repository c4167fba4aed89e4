using VfioMigration.Uapi;

using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>The requests of a container about its address space.</summary>
internal sealed class AddressSpace(DevVfioFixture fixture, int container)
{
    internal const uint Start = 1;
    internal const uint Stop = 2;
    internal const uint Get = 4;

    internal int Container => container;

    internal (Result<int> Answer, byte[] Info) GetInfo(uint argsz)
    {
        byte[] info = Pack.Of(argsz, new byte[Math.Max(24, argsz) - 4]);
        return (fixture.Ioctl(container, VFIO_IOMMU_GET_INFO, info), info);
    }

    internal Result<int> Map(ulong iova, ulong size, uint flags = 3, ulong vaddr = FakeClient.MemoryStart, uint argsz = 32) =>
        fixture.Ioctl(container, VFIO_IOMMU_MAP_DMA, Pack.Of(argsz, flags, vaddr, iova, size));

    /// <summary>With flag 1 a bitmap of 8 bytes for pages of 4 KiB follows.</summary>
    internal (Result<int> Answer, ulong Size) Unmap(ulong iova, ulong size, uint flags)
    {
        byte[] unmap = Pack.Of(flags == 1 ? 48u : 24u, flags, iova, size, 4096UL, 8UL, FakeClient.Aside);
        return (fixture.Ioctl(container, VFIO_IOMMU_UNMAP_DMA, unmap), unmap.ULong(16));
    }

    internal Result<int> Dirty(uint flags) => fixture.Ioctl(container, VFIO_IOMMU_DIRTY_PAGES, Pack.Of(8u, flags));

    internal Result<int> GetBitmap(ulong iova, ulong size, ulong bytes, ulong pageSize = 4096, ulong bitmap = FakeClient.Aside, uint argsz = 48) =>
        fixture.Ioctl(container, VFIO_IOMMU_DIRTY_PAGES, Pack.Of(argsz, Get, iova, size, pageSize, bytes, bitmap));
}
