using System.Globalization;
using System.Text.RegularExpressions;

using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

using static VfioMigration.DevVfio.Tests.Support.MeasuredTable;
using static VfioMigration.Uapi.Vfio.VfioIoctlNumbers;

namespace VfioMigration.DevVfio.Tests;

/// <summary>Rows 68 to 101, 341 and 448 to 458: what a device says of itself.</summary>
public sealed class DeviceInfoRowTests : IDisposable
{
    private const uint TCGETS = 0x5401;

    private readonly DevVfioFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory, EachRow("device-info", "^GET_INFO argsz")]
    public void Info_WritesWhatTheSampleKnows(int row)
    {
        byte[] info = [.. Pack.Of(NumberIn(row)), .. Pack.Filled(20, 0xaa)];
        Result<int> answer = fixture.Ioctl(Open("mtty-1").Device, VFIO_DEVICE_GET_INFO, info);

        Check(row, answer, $"raw={info.Hex()} argsz/flags/num_regions/num_irqs=({info.UInt(0)}, {info.UInt(4)}, {info.UInt(8)}, {info.UInt(12)})");
    }

    [Theory, EachRow("device-info", "^GET_REGION_INFO", "mtty")]
    [EachRow("cross-type", "^GET_REGION_INFO")]
    public void RegionInfo_OfMtty_LeavesTheOffsetOfCapabilitiesAsItWas(int row)
    {
        MeasuredRow asked = MeasuredTable.Rows[row];
        bool isShort = asked.Operation.Contains("argsz", StringComparison.Ordinal);
        byte[] info = RegionInfo(isShort ? NumberIn(row) : 32, isShort ? 0 : NumberIn(row));
        Result<int> answer = fixture.Ioctl(Open(asked.Object).Device, VFIO_DEVICE_GET_REGION_INFO, info);

        string passed = asked.Section == "device-info" ? " (cap_offset passed in 0xcafe)" : "";
        Check(row, answer);
        if (!isShort)
        {
            CheckOutput(row, $"argsz={info.UInt(0)} flags=0x{info.UInt(4):x} index={info.UInt(8)} cap_offset=0x{info.UInt(12):x} size=0x{info.ULong(16):x} offset=0x{info.ULong(24):x}{passed}");
        }
    }

    [Theory, EachRow("device-info", @"^GET_REGION_INFO [1-9]\d*$", "mdpy")]
    public void RegionInfo_OfMdpy_IsThatOfTheSample(int row)
    {
        byte[] info = RegionInfo(32, NumberIn(row));
        Result<int> answer = fixture.Ioctl(Open("mdpy-vga").Device, VFIO_DEVICE_GET_REGION_INFO, info);

        Check(row, answer, $"flags=0x{info.UInt(4):x} size=0x{info.ULong(16):x} offset=0x{info.ULong(24):x}");
    }

    /// <summary>Row 448 has FLAG_MMAP, too: what is served by FUSE is not mapped.</summary>
    [Fact]
    public void RegionInfo_OfTheMemoryOfMdpy_OffersNoMapping()
    {
        byte[] info = RegionInfo(32, 0);
        Assert.Equal(0, fixture.Ioctl(Open("mdpy-vga").Device, VFIO_DEVICE_GET_REGION_INFO, info).Value);

        Assert.Equal((3u, 0x200000UL, 0x1000UL), (info.UInt(4), info.ULong(16), info.ULong(24)));
    }

    [Theory, EachRow("device-info", "^GET_IRQ_INFO")]
    public void IrqInfo_OfOneThatIsNotKnown_IsRefused(int row)
    {
        byte[] info = Pack.Of(16u, 0xbeefu, NumberIn(row), 0u);
        Result<int> answer = fixture.Ioctl(Open("mtty-1").Device, VFIO_DEVICE_GET_IRQ_INFO, info);

        Check(row, answer, $"argsz={info.UInt(0)} flags=0x{info.UInt(4):x} index={info.UInt(8)} count={info.UInt(12)}");
    }

    [Fact, Rows(73, 94, 95, 97, 98, 100, 101)]
    public void Ioctl_ThatOnlyOthersHave_IsNone()
    {
        int device = Open("mtty-1").Device;

        Check(73, fixture.Ioctl(device, VFIO_DEVICE_GET_INFO, 0));
        Check(94, fixture.Ioctl(device, TCGETS, FakeClient.Scratch));
        Check(95, fixture.Ioctl(device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, Pack.Of(12u, 0u, 0u)));
        Check(97, fixture.Ioctl(device, VFIO_DEVICE_QUERY_GFX_PLANE, Pack.Of(64u, Pack.Filled(60, 0))));
        Check(98, fixture.Ioctl(device, VFIO_DEVICE_IOEVENTFD, Pack.Of(32u, 1u, 0UL, 0UL, -1, 0u)));
        Check(100, fixture.Ioctl(device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, Pack.Of(12u, 0u, 0u)));
        Check(101, fixture.Ioctl(device, VFIO_DEVICE_DETACH_IOMMUFD_PT, Pack.Of(8u, 0u)));
    }

    private static uint NumberIn(int row) => uint.Parse(Regex.Match(MeasuredTable.Rows[row].Operation, @"\d+$").ValueSpan, CultureInfo.InvariantCulture);

    private static byte[] RegionInfo(uint argsz, uint index) => Pack.Of(argsz, 0xbeefu, index, 0xcafeu, 1UL, 2UL);

    private OpenDevice Open(string type) => new(fixture, type);
}
