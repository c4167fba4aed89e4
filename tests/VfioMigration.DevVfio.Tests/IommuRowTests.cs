using System.Globalization;
using System.Text.RegularExpressions;

using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 460 to 478 and 503 to 512: the address space of a container with only mediated devices in it.</summary>
public sealed class IommuRowTests : IDisposable
{
    private readonly DevVfioFixture fixture = new();
    private readonly AddressSpace space;

    public IommuRowTests() => space = new AddressSpace(fixture, new OpenDevice(fixture, "mdpy-vga").Container);

    public void Dispose() => fixture.Dispose();

    [Theory, EachRow("iommu-type1", "^IOMMU_GET_INFO argsz=")]
    public void Info_SaysHowMuchRoomItTakes(int row)
    {
        uint argsz = uint.Parse(Regex.Match(MeasuredTable.Rows[row].Operation, @"\d+$").ValueSpan, CultureInfo.InvariantCulture);
        (Result<int> answer, byte[] info) = space.GetInfo(argsz);

        Check(row, answer, $"argsz={info.UInt(0)} flags=0x{info.UInt(4):x} pgsizes=0x{info.ULong(8):x} cap_offset={info.UInt(16)}");
    }

    [Fact, Rows(464)]
    public void Info_WithRoom_HasTheMigrationCapability()
    {
        (Result<int> answer, byte[] info) = space.GetInfo(256);
        int at = info.Int(16);

        Assert.Equal("capability at offset 24 id=2 (MIGRATION) version=1 next=56", $"capability at offset {at} id={BitConverter.ToUInt16(info, at)} (MIGRATION) version={BitConverter.ToUInt16(info, at + 2)} next={info.UInt(at + 4)}");
        Check(464, answer, $"flags=0x{info.UInt(at + 8):x} pgsize_bitmap=0x{info.ULong(at + 16):x} max_dirty_bitmap_size={info.ULong(at + 24)}");
    }

    [Fact, Rows(466, 467, 469, 470, 472, 473, 475, 476, 478)]
    public void Map_ChecksItsRange()
    {
        Check(466, space.Map(0, 0x1000));
        Check(467, space.Map(0, 0x1000));
        Check(469, space.Map(0x1000, 0x10000));
        Check(470, space.Map(0x100000, 0));
        Check(472, space.Map(0x100000, 100));
        Check(473, space.Map(0x100000, 0x1000, flags: 0));
        Check(475, space.Map(0x100000, 0x1000, argsz: 31));
        Check(476, space.Map(0xfffffffffffff000, 0x2000));
        Check(478, space.Map(0x200000, 0x2000, vaddr: 0x7f0000000000));
    }

    [Fact, Rows(503, 505, 506, 508, 509, 511, 512)]
    public void Unmap_SaysHowMuchItWas()
    {
        Assert.Equal(0, space.Map(0, 0x1000).Value);
        Assert.Equal(0, space.Map(0x1000, 0x10000).Value);
        Assert.Equal(0, space.Map(0x200000, 0x2000).Value);
        Assert.Equal(0, space.Dirty(AddressSpace.Start).Value);
        CheckUnmap(503, 0x1000, 0x10000, 1, $" bitmap={fixture.Client.Fetch(FakeClient.Aside, 8).Hex()}");
        Assert.Equal(0, space.Map(0x1000, 0x10000).Value);
        Assert.Equal(0, space.Dirty(AddressSpace.Stop).Value);
        Check(505, space.Dirty(AddressSpace.Stop));
        CheckUnmap(506, 0x1000, 0x10000, 1);
        CheckUnmap(508, 0x1000, 0x10000, 0);
        CheckUnmap(509, 0x1000, 0x10000, 0);
        CheckUnmap(511, 0, 0, 2);
        Check(512, space.Unmap(0, 0x1000, 8).Answer);
    }

    /// <summary>Rows 52, 476 and 499 are of a 6.12 kernel; a 7.2 kernel answers otherwise (vfio_iommu_type1.c).</summary>
    [Fact]
    public void Linux7_HasNoNestingAndNamesTheOverflow()
    {
        using var newer = new DevVfioFixture("7.2");
        var there = new AddressSpace(newer, new OpenDevice(newer, "mdpy-vga").Container);

        Assert.Equal(0, newer.Ioctl(there.Container, VFIO_CHECK_EXTENSION, 6).Value);
        Assert.Equal(Errno.EOVERFLOW, there.Map(0xfffffffffffff000, 0x2000).Error);
        Assert.Equal(0, there.Dirty(AddressSpace.Start).Value);
        Assert.Equal(Errno.EOVERFLOW, there.GetBitmap(0xfffffffffffff000, 0x10000, 8).Error);
    }

    /// <summary>vfio_dma_bitmap_alloc: no bitmap has more than 2^31 - 1 bits.</summary>
    [Fact]
    public void Tracking_OfAMappingThatIsTooLong_IsRefused()
    {
        const ulong TooLong = 1UL << 43;
        Assert.Equal(0, space.Map(TooLong, TooLong, vaddr: 0x1000).Value);
        Assert.Equal(Errno.EINVAL, space.Dirty(AddressSpace.Start).Error);
        Assert.Equal(TooLong, space.Unmap(0, 0, 2).Size);
        Assert.Equal(0, space.Dirty(AddressSpace.Start).Value);

        Assert.Equal(Errno.EINVAL, space.Map(TooLong, TooLong, vaddr: 0x1000).Error);
        Assert.Equal(0UL, space.Unmap(0, 0, 2).Size);
    }

    private void CheckUnmap(int row, ulong iova, ulong size, uint flags, string bitmap = "")
    {
        (Result<int> answer, ulong unmapped) = space.Unmap(iova, size, flags);
        Check(row, answer, $"unmapped=0x{unmapped:x}{bitmap}");
    }
}
