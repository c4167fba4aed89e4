using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Irqs;

namespace VfioMigration.Vendors.Tests.Mtty;

/// <summary>A port as a guest sees it: eight registers in an I/O BAR.</summary>
public class SerialPortTests
{
    private const byte DataReady = 0x01;
    private const byte Overrun = 0x02;
    private const VfioIrqSetFlags Listen = VfioIrqSetFlags.VFIO_IRQ_SET_DATA_EVENTFD | VfioIrqSetFlags.VFIO_IRQ_SET_ACTION_TRIGGER;
    private const VfioIrqSetFlags Unmask = VfioIrqSetFlags.VFIO_IRQ_SET_DATA_NONE | VfioIrqSetFlags.VFIO_IRQ_SET_ACTION_UNMASK;

    private readonly VfioDevice device = VendorDevice.Named("mtty-2").Create("v2");

    [Fact]
    public void Bytes_Sent_AreReceivedInOrderOnTheSamePort()
    {
        Out(0, 0x41);
        Out(0, 0x42);

        Assert.Equal(DataReady, In(5) & DataReady);
        Assert.Equal(0, In(5, port: 1) & DataReady);
        Assert.Equal(0x41, In(0));
        Assert.Equal(0x42, In(0));
        Assert.Equal(0, In(5) & DataReady);
        Assert.Equal(0, In(0));
    }

    [Fact]
    public void SeventeenthByte_IsLostAndSaidOnce()
    {
        for (byte value = 1; value <= 17; value++)
        {
            Out(0, value);
        }

        Assert.Equal(DataReady | Overrun, In(5) & (DataReady | Overrun));
        Assert.Equal(DataReady, In(5) & (DataReady | Overrun));
        Assert.Equal(Enumerable.Range(1, 16), Enumerable.Range(0, 16).Select(_ => (int)In(0)));
        Assert.Equal(0, In(5) & DataReady);
    }

    [Fact]
    public void DivisorLatch_WhenOpen_CoversDataAndInterruptEnable()
    {
        Out(1, 0x05);
        Out(0, 0x55);
        Out(3, 0x83);
        Out(0, 0x34);
        Out(1, 0x12);
        Assert.Equal((0x34, 0x12), (In(0), In(1)));

        Out(3, 0x03);
        Assert.Equal((0x55, 0x05), (In(0), In(1)));
        Out(3, 0x83);
        Assert.Equal((0x34, 0x12), (In(0), In(1)));
    }

    [Theory]
    [InlineData(0x01, 1)]
    [InlineData(0x41, 4)]
    [InlineData(0x81, 8)]
    [InlineData(0xC1, 14)]
    public void TriggerLevel_DecidesWhenDataInterrupt(byte control, int level)
    {
        Out(2, control);
        Out(1, 0x01);
        for (int sent = 1; sent <= 16; sent++)
        {
            Out(0, (byte)sent);
            Assert.Equal(sent >= level ? 0x04 : 0x01, In(2));
            Assert.Equal(sent >= level, device.Irqs[0].IsPending());
        }
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x04)]
    public void FifoControl_WithAClearBit_EmptiesTheLoop(byte clear)
    {
        Out(0, 1);
        Out(2, (byte)(1 | clear));

        Assert.Equal(0, In(5) & DataReady);
        Out(0, 2);
        Assert.Equal(2, In(0));
    }

    [Fact]
    public void Identification_OfSeveralReasons_IsTheMostUrgent()
    {
        Assert.Equal(0x01, In(2));
        for (int i = 0; i < 17; i++)
        {
            Out(0, 1);
        }

        Assert.Equal(0x01, In(2));
        Assert.False(device.Irqs[0].IsPending());
        Out(1, 0x07);
        Assert.Equal(0x06, In(2));
        In(5);
        Assert.Equal(0x04, In(2));
        Out(2, 0x03);
        Assert.Equal(0x02, In(2));
    }

    [Fact]
    public void Interrupt_OfAListener_IsMaskedUntilItUnmasks()
    {
        var counter = new EventCounter();
        VfioIrq intx = device.Irqs[0];
        Assert.Equal(Errno.None, intx.Set(Listen, 0, 1, default, [counter]));
        Out(1, 0x01);
        Out(0, 1);
        Out(0, 2);

        Assert.Equal(1UL, counter.Read());
        Assert.True(intx.IsMasked());
        Assert.True(intx.IsPending());
        Assert.Equal(Errno.None, intx.Set(Unmask, 0, 1, default, default));
        Assert.Equal(1UL, counter.Read());
        Assert.False(intx.IsPending());
    }

    [Fact]
    public void OtherRegisters_KeepWhatIsWritten()
    {
        Out(7, 0xA5);
        Out(4, 0x0B);
        Out(5, 0xFF);

        Assert.Equal((0xA5, 0x0B, 0), (In(7), In(4), In(5) & (DataReady | Overrun)));
        Assert.Equal(0, In(7, port: 1));
    }

    [Fact]
    public void Access_BeyondThePort_IsRefused()
    {
        Assert.Equal(Errno.EINVAL, device.ReadRegion(0, 7, new byte[2]));
        Assert.Equal(Errno.EINVAL, device.WriteRegion(1, 8, [0]));
        Assert.Equal(Errno.EFAULT, device.ReadRegion(2, 0, new byte[1]));
        Assert.Equal(Errno.EFAULT, device.WriteRegion(VfioPciIndex.VFIO_PCI_ROM_REGION_INDEX, 0, [0]));
        Assert.Equal(Errno.EINVAL, device.ReadRegion(9, 0, new byte[1]));
    }

    private void Out(int register, byte value, int port = 0) =>
        Assert.Equal(Errno.None, device.WriteRegion(port, (ulong)register, [value]));

    private byte In(int register, int port = 0)
    {
        byte[] value = new byte[1];
        Assert.Equal(Errno.None, device.ReadRegion(port, (ulong)register, value));
        return value[0];
    }
}
