using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Tests.Ccw;

/// <summary><c>struct ccw_io_region</c>: a start is one write of the whole region.</summary>
public class CcwDeviceTests
{
    private const int Size = 124;
    private const int Orb = 12;
    private const int Irb = 24;
    private const int IrbSize = 96;

    private readonly VfioDevice device = VendorDevice.Named("vfio_ccw").Create("v2");

    [Fact]
    public void Device_IsASubchannelWithOneRegionAndOneInterrupt()
    {
        Assert.Equal(VfioDeviceFlags.VFIO_DEVICE_FLAGS_CCW | VfioDeviceFlags.VFIO_DEVICE_FLAGS_RESET, device.Flags);
        Assert.Equal((ulong)Size, Assert.Single(device.Regions).Size);
        Assert.Equal(1, Assert.Single(device.Irqs).Count);
        Assert.Equal(VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY, device.Migration!.Flags);
    }

    [Fact]
    public void Start_OfARequest_FillsTheIrbAndInterrupts()
    {
        byte[] request = [.. Enumerable.Range(1, Size).Select(value => (byte)value)];
        Assert.Equal(Errno.None, device.WriteRegion(0, 0, request));
        byte[] answer = new byte[Size];
        Assert.Equal(Errno.None, device.ReadRegion(0, 0, answer));

        Assert.Equal(request[..Irb], answer[..Irb]);
        Assert.Equal(Enumerable.Range(0, IrbSize).Select(i => request[i % Orb]), answer[Irb..(Irb + IrbSize)]);
        Assert.True(device.Irqs[0].IsPending());
    }

    [Theory]
    [InlineData(0, Size - 1)]
    [InlineData(0, Orb)]
    [InlineData(4, Size - 4)]
    [InlineData(0, Size + 1)]
    [InlineData(Size, 1)]
    public void Write_OfAnythingButTheWholeRegion_IsRefused(ulong offset, int length)
    {
        Assert.Equal(Errno.EINVAL, device.WriteRegion(0, offset, new byte[length]));
        Assert.False(device.Irqs[0].IsPending());
    }

    [Fact]
    public void Reset_ClearsTheRegion()
    {
        device.WriteRegion(0, 0, [.. Enumerable.Repeat((byte)9, Size)]);
        device.Reset();
        byte[] bytes = new byte[Size];
        device.ReadRegion(0, 0, bytes);

        Assert.Equal(new byte[Size], bytes);
    }

    [Fact]
    public void PendingInterrupt_MovesWithTheDevice()
    {
        device.WriteRegion(0, 0, new byte[Size]);
        VfioDevice target = VendorDevice.Named("vfio_ccw").Create("v2");
        target.Load(device.Save());

        Assert.True(target.Irqs[0].IsPending());
    }
}
