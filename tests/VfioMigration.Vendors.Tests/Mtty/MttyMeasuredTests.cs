using System.Runtime.InteropServices;

using VfioMigration.Lab.Configuration;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Features;

using static VfioMigration.Uapi.Vfio.VfioDeviceFeature;

namespace VfioMigration.Vendors.Tests.Mtty;

/// <summary>What was measured of a real mtty-1 besides its migration: configuration space, interrupts, regions, dirty log. Numbers of rows are those of the measured table.</summary>
public class MttyMeasuredTests
{
    private const int Config = VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX;

    private readonly VfioDevice device = VendorDevice.Named("mtty-1").Create("v2");

    /// <summary>NOTES.md 38.</summary>
    [Fact]
    public void ConfigSpace_IsThatOfTheSampleByteByByte()
    {
        byte[] expected = new byte[256];
        Put(0x00, "4843533201");
        Put(0x07, "021002");
        Put(0x0B, "07");
        Put(0x10, "01");
        Put(0x2C, "48435332");
        Put(0x3D, "01");
        Put(0x40, "23");
        Put(0x43, "8023");
        Put(0x48, "23");
        Put(0x4C, "23");
        Put(0x60, "5043492053657269616c2f55415254");
        byte[] config = new byte[256];

        Assert.Equal(Errno.None, device.ReadRegion(Config, 0, config));

        Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(config));
        void Put(int at, string bytes) => Convert.FromHexString(bytes).CopyTo(expected.AsSpan(at));
    }

    /// <summary>handle_pci_cfg_write: command and status stay, the interrupt line does not. Rows 112 and 113: a BAR that is not there has no size.</summary>
    [Theory]
    [InlineData(0x04, "ffff", "0100")]
    [InlineData(0x0C, "ffff", "0000")]
    [InlineData(0x10, "ffffffff", "f9ffffff")]
    [InlineData(0x14, "ffffffff", "00000000")]
    [InlineData(0x18, "ffffffff", "00000000")]
    [InlineData(0x3C, "0b", "0b")]
    [InlineData(0x40, "00", "23")]
    public void ConfigSpace_TakesWhatTheSampleTakes(ulong offset, string written, string read)
    {
        Assert.Equal(Errno.None, device.WriteRegion(Config, offset, Convert.FromHexString(written)));
        byte[] found = new byte[read.Length / 2];
        device.ReadRegion(Config, offset, found);

        Assert.Equal(read, Convert.ToHexStringLower(found));
    }

    /// <summary>Rows 86 to 92.</summary>
    [Fact]
    public void Interrupts_AreIntxAndOneMessage() =>
        Assert.Equal([(true, 1, 7u), (true, 1, 9u), (false, 0, 9u), (false, 0, 0u), (false, 0, 0u)], device.Irqs.Select(irq => (irq.IsKnown, irq.Count, (uint)irq.Flags)));

    /// <summary>Rows 74 to 82, 107 and 109.</summary>
    [Fact]
    public void Regions_ClaimRightsAndGiveEfaultWhereThereIsNothing()
    {
        Assert.Equal([8, 0, 0, 0, 0, 0, 0, 255, 0], device.Regions.Take(9).Select(region => (int)region.Size));
        Assert.All(device.Regions.Take(9), region => Assert.Equal(3u, (uint)region.Flags));
        Assert.All([1, 6, 8, 9, 100], index => Assert.Equal(Errno.EFAULT, device.ReadRegion(index, 0, new byte[1])));
    }

    /// <summary>Rows 226 to 236 and 241: a kernel without IOMMUFD checks some arguments, and cannot report.</summary>
    [Theory]
    [InlineData(0x0, 0x10000, 4096, Errno.EOPNOTSUPP)]
    [InlineData(0x0, 0x10000, 512, Errno.EINVAL)]
    [InlineData(0x0, 0x10000, 0, Errno.EINVAL)]
    [InlineData(0x0, 0, 4096, Errno.EOPNOTSUPP)]
    [InlineData(0x0, 0x10001, 4096, Errno.EOPNOTSUPP)]
    [InlineData(0xFFFFFFFFFFFFF000, 0x10000, 4096, Errno.EOVERFLOW)]
    [InlineData(0x0, 0x40000000, 1 << 30, Errno.EOPNOTSUPP)]
    public void Report_OnAKernelWithoutIommufd_IsEopnotsupp(ulong iova, ulong length, ulong pageSize, Errno expected)
    {
        Assert.Equal(Errno.None, Start(device, 4096).Error);
        Assert.Equal(expected, Report(device, iova, length, pageSize));
        Assert.Equal(Errno.None, Stop(device));
        Assert.Equal(expected, Report(device, iova, length, pageSize));
    }

    [Fact]
    public void Report_OnAKernelWithIommufd_WorksAlsoAfterStop()
    {
        VendorHost host = VendorHost.LoadOn(new KernelOptions(HasIommufd: true), "mtty", ("migration", "v2"));
        host.Create("devices/virtual/mtty/mtty", "mtty-1");
        VfioDevice here = host.Device();
        Assert.Equal(Errno.None, Start(here, 4096).Error);
        Assert.Equal(Errno.None, Report(here, 0, 0x10000, 4096));
        Assert.Equal(Errno.None, Stop(here));

        Assert.Equal(Errno.None, Report(here, 0, 0x10000, 4096));
        Assert.Equal(Errno.EINVAL, Report(here, 0, 0x10000, 512));
    }

    /// <summary>A variant driver selects IOMMUFD.</summary>
    [Fact]
    public void Report_OfAFunction_WorksOnEveryKernel()
    {
        VfioDevice function = VendorDevice.Named("nvme").Create("v2");
        Assert.Equal(Errno.None, Start(function, 4096).Error);

        Assert.Equal(Errno.None, Report(function, 0, 0x10000, 4096));
    }

    /// <summary>Rows 208 to 218, and twice.</summary>
    [Theory]
    [InlineData(4096, Errno.None)]
    [InlineData(2 << 20, Errno.None)]
    [InlineData(1, Errno.None)]
    [InlineData(0, Errno.EINVAL)]
    [InlineData(3000, Errno.EINVAL)]
    public void Start_IsAnsweredWithTheWishedPageSize(ulong pageSize, Errno expected)
    {
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal((expected, pageSize), Start(device, pageSize));
        }

        Assert.Equal((Errno.None, Errno.None), (Stop(device), Stop(device)));
    }

    /// <summary>Measured with a kernel that knows the feature for other drivers.</summary>
    [Fact]
    public void PrecopyInfoV2_IsUnknownToTheSample() =>
        Assert.Equal(Errno.ENOTTY, Call(device, VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2, VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_SET, []));

    [Fact]
    public void Reset_LeavesTheSamplesLineInTheLog()
    {
        VendorHost host = VendorHost.Load("mtty");
        host.Create("devices/virtual/mtty/mtty", "mtty-1");
        host.Device().Reset();

        Assert.Contains("mtty_reset: called", host.Tree.LogTexts());
    }

    private static (Errno Error, ulong PageSize) Start(VfioDevice device, ulong pageSize)
    {
        byte[] payload = [.. Bytes(new VfioDmaLoggingControl { PageSize = pageSize, NumRanges = 1, Ranges = 8 + 24 }), .. Bytes(new VfioDmaLoggingRange { Iova = 0, Length = 64 << 20 })];
        Errno error = Call(device, VFIO_DEVICE_FEATURE_DMA_LOGGING_START, VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_SET, payload);
        return (error, MemoryMarshal.Read<VfioDmaLoggingControl>(payload).PageSize);
    }

    private static Errno Stop(VfioDevice device) => Call(device, VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_SET, []);

    private static Errno Report(VfioDevice device, ulong iova, ulong length, ulong pageSize) => Call(
        device,
        VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
        VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_GET,
        [.. Bytes(new VfioDmaLoggingReport { Iova = iova, Length = length, PageSize = pageSize, Bitmap = 8 + 32 }), .. new byte[8]]);

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes([value]).ToArray();

    /// <summary>The payload is written back.</summary>
    private static Errno Call(VfioDevice device, VfioDeviceFeature feature, VfioDeviceFeatureFlags method, byte[] payload)
    {
        byte[] call = [.. BitConverter.GetBytes(8 + payload.Length), .. BitConverter.GetBytes((uint)feature | (uint)method), .. payload];
        Errno error = DeviceFeatures.Invoke(device, call).Error;
        call.AsSpan(8).CopyTo(payload);
        return error;
    }
}
