using System.Buffers.Binary;
using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.Mdpy;

/// <summary>The displays: mdpy by its capability, mbochs and i915 by their registers too.</summary>
public class DisplayDeviceTests
{
    [Theory]
    [InlineData("mdpy-vga", 640, 480)]
    [InlineData("mdpy-hd", 1920, 1080)]
    public void Capability_OfMdpy_SaysFormatAndSize(string type, uint width, uint height)
    {
        VendorHost host = VendorHost.Load("mdpy", ("migration", "v2"));
        host.Create("devices/virtual/mdpy/mdpy", type);
        VfioDevice device = host.Device();
        byte[] config = new byte[256];
        Assert.Equal(Errno.None, device.ReadRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 0, config));
        int at = config[0x34];

        Assert.Equal(0x10, config[6] & 0x10);
        Assert.Equal(0x40, at);
        Assert.Equal([0x09, 0, 16, 0], config[at..(at + 4)]);
        Assert.Equal("XR24", Encoding.ASCII.GetString(config, at + 4, 4));
        Assert.Equal(width, BinaryPrimitives.ReadUInt32LittleEndian(config.AsSpan(at + 8)));
        Assert.Equal(height, BinaryPrimitives.ReadUInt32LittleEndian(config.AsSpan(at + 12)));
        Assert.Equal(System.Numerics.BitOperations.RoundUpToPowerOf2(width * height * 4), device.Regions[0].Size);
    }

    /// <summary>Rows 448 to 455 of the measured table: GET_REGION_INFO of each index; GET_INFO without RESET; no interrupt (mdpy_get_irq_info).</summary>
    [Fact]
    public void Mdpy_DescribesItselfAsTheSampleDoes()
    {
        VfioDevice device = VendorDevice.Named("mdpy").Create("v2");

        Assert.Equal(VfioDeviceFlags.VFIO_DEVICE_FLAGS_PCI, device.Flags);
        Assert.Equal(
            [(0x200000, 7), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0xFF, 3), (0, 0)],
            device.Regions.Take(9).Select(region => ((int)region.Size, (int)region.Flags)));
        Assert.All(device.Irqs, irq => Assert.Equal((0, VfioIrqFlags.None), (irq.Count, irq.Flags)));
        byte[] config = new byte[64];
        device.ReadRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 0, config);
        Assert.Equal("361b0f000300100001008003", Convert.ToHexStringLower(config.AsSpan(0, 12)));
        Assert.Equal("08000000", Convert.ToHexStringLower(config.AsSpan(0x10, 4)));
        Assert.Equal("f41a0011", Convert.ToHexStringLower(config.AsSpan(0x2C, 4)));
        Assert.Equal(0, config[0x3D]);
        Assert.Equal(Errno.EFAULT, device.ReadRegion(1, 0, config));
    }

    /// <summary>mdpy_reset: a gray gradient from top to bottom, which is there from the beginning.</summary>
    [Fact]
    public void Mdpy_AfterReset_ShowsTheGradient()
    {
        VfioDevice device = VendorDevice.Named("mdpy").Create("v2");
        byte[] pixel = new byte[4];
        ulong lastLine = 479UL * 640 * 4;
        Assert.Equal(Errno.None, device.ReadRegion(0, lastLine, pixel));
        Assert.Equal([254, 254, 254, 254], pixel);
        device.WriteRegion(0, lastLine, new byte[4]);

        Assert.Equal(Errno.None, device.Reset());

        device.ReadRegion(0, lastLine, pixel);
        Assert.Equal([254, 254, 254, 254], pixel);
    }

    [Fact]
    public void Capability_OfMdpy_CannotBeWritten()
    {
        VfioDevice device = VendorDevice.Named("mdpy").Create("v2");
        byte[] before = new byte[16];
        byte[] after = new byte[16];
        device.ReadRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 0x40, before);
        device.WriteRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 0x40, new byte[16]);
        device.ReadRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 0x40, after);

        Assert.Equal(before, after);
    }

    [Fact]
    public void Displays_OfAnotherSize_RefuseTheState()
    {
        VendorHost host = VendorHost.Load("mdpy", ("migration", "v2"));
        host.Create("devices/virtual/mdpy/mdpy", "mdpy-vga");
        host.Create("devices/virtual/mdpy/mdpy", "mdpy-xga", VendorHost.NumberedUuid(1));
        VfioDevice larger = host.Device(VendorHost.NumberedUuid(1));

        Assert.Equal(Errno.EINVAL, larger.TryLoad(host.Device().Save()));
        Assert.Contains("this device is 'mdpy 1024x768'", string.Concat(host.Tree.LogTexts()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mbochs", 16)]
    [InlineData("i915", 256)]
    public void Registers_UpToTheLast_KeepWhatIsWrittenAndBehindThemIsNothing(string vendor, int count)
    {
        VfioDevice device = VendorDevice.Named(vendor).Create("v2");
        ulong end = (ulong)count * 4;
        Assert.Equal(Errno.None, device.WriteRegion(2, end - 4, [1, 2, 3, 4, 5, 6, 7, 8]));
        byte[] bytes = new byte[8];
        Assert.Equal(Errno.None, device.ReadRegion(2, end - 4, bytes));
        Assert.Equal([1, 2, 3, 4, 0, 0, 0, 0], bytes);
        Assert.Equal(Errno.None, device.WriteRegion(2, 4092, [1, 2, 3, 4]));
        Assert.Equal(Errno.None, device.ReadRegion(2, 4092, bytes.AsSpan(0, 4)));
        Assert.Equal(new byte[4], bytes[..4]);

        Assert.Equal(Errno.EINVAL, device.ReadRegion(2, 4093, new byte[4]));
        Assert.Equal(Errno.EINVAL, device.WriteRegion(2, 4096, [1]));
        Assert.Equal(Errno.EINVAL, device.ReadRegion(2, ulong.MaxValue, new byte[1]));
        Assert.Equal(Errno.None, device.ReadRegion(2, 4096, []));
    }

    [Fact]
    public void Mdpy_HasNoRegisters()
    {
        VfioDevice device = VendorDevice.Named("mdpy").Create("v2");

        Assert.Equal(Errno.EFAULT, device.ReadRegion(2, 0, new byte[4]));
    }

    [Theory]
    [InlineData("mdpy")]
    [InlineData("mbochs")]
    [InlineData("i915")]
    public void Reset_ClearsTheScreen(string vendor)
    {
        VfioDevice device = VendorDevice.Named(vendor).Create("v2");
        byte[] pixel = [1, 2, 3, 4];
        Assert.Equal(Errno.None, device.WriteRegion(0, 4096, pixel));
        device.Reset();
        device.ReadRegion(0, 4096, pixel);

        Assert.Equal(new byte[4], pixel);
    }

    [Theory]
    [InlineData("mdpy")]
    [InlineData("mbochs")]
    [InlineData("i915")]
    public void Page_DrawnAfterTheFirstPass_IsDirtyAndSentAgain(string vendor)
    {
        VfioDevice device = VendorDevice.Named(vendor).Create("v2");
        VfioMigration.Vfio.Migration.MigrationSession session = device.Enter(VFIO_DEVICE_STATE_PRE_COPY)!;
        session.ReadToEnd();
        device.WriteRegion(0, 4095, [1, 2]);

        Assert.Equal(new(0, 2 * 4096), session.GetPrecopyInfo().Value);
        Assert.Equal(32 + (2 * 4096), session.ReadToEnd().Length);
        Assert.Equal(Errno.ENOMSG, session.Read(new byte[1]).Error);
        Assert.Equal(new(0, 0), session.GetPrecopyInfo().Value);
        Assert.InRange(device.Migration!.GetStopCopyLength().Value, 1UL, 4096UL);
    }
}
