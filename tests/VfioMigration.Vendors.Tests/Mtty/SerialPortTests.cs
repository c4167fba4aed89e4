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

    /// <summary>The sample compares head and tail: sixteen bytes look like none, and stay lost until FCR empties the fifo.</summary>
    [Fact]
    public void FullFifo_ReadsAsEmptyAndTheNextByteIsAnOverrun()
    {
        for (byte value = 1; value <= 16; value++)
        {
            Out(0, value);
        }

        Assert.Equal(0x60, In(5));
        Assert.Equal(0, In(0));
        Out(0, 17);
        Assert.Equal(0x60 | Overrun, In(5));
        Assert.Equal(0x60 | Overrun, In(5));
        Out(2, 0x07);
        Out(0, 18);
        Assert.Equal((DataReady, 18), (In(5), In(0)));
    }

    [Fact]
    public void FifoThatIsDisabled_HoldsOneByte()
    {
        Out(2, 0x06);
        Out(0, 1);
        Out(0, 2);

        Assert.Equal(DataReady | Overrun, In(5));
        Assert.Equal(1, In(0));
        Out(0, 3);
        Assert.Equal(DataReady, In(5));
    }

    /// <summary>Opening the latch zeroes the divisor, and bytes are added to it by OR.</summary>
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
        Assert.Equal((0, 0), (In(0), In(1)));
    }

    /// <summary>Whatever FCR asks for; until it is written the level is 0, which no byte reaches and which IIR calls reached.</summary>
    [Theory]
    [InlineData(0x01)]
    [InlineData(0x41)]
    [InlineData(0x81)]
    [InlineData(0xC1)]
    public void TriggerLevel_IsOneOnceFcrIsWritten(byte control)
    {
        Out(1, 0x01);
        Assert.Equal(0xC4, In(2));
        Out(0, 1);
        Assert.False(device.Irqs[0].IsPending());

        Out(2, (byte)(control | 0x06));
        Assert.Equal(0xC1, In(2));
        Out(0, 2);
        Assert.Equal(0xC4, In(2));
        Assert.True(device.Irqs[0].IsPending());
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
    public void Identification_OfSeveralReasons_HasTheBitsOfAll()
    {
        Assert.Equal(0xC1, In(2));
        Out(2, 0x01);
        for (int i = 0; i < 17; i++)
        {
            Out(0, 1);
        }

        Assert.Equal(0xC1, In(2));
        Assert.False(device.Irqs[0].IsPending());
        Out(1, 0x04);
        Assert.Equal(0xC6, In(2));
        Out(1, 0x01);
        Assert.Equal(0xC4, In(2));
        Out(2, 0x07);
        Out(1, 0x02);
        Assert.Equal(0xC2, In(2));
        Assert.True(device.Irqs[0].IsPending());
    }

    [Fact]
    public void Interrupt_OfAListener_IsMaskedUntilItUnmasks()
    {
        var counter = new EventCounter();
        VfioIrq intx = device.Irqs[0];
        Assert.Equal(Errno.None, intx.Set(Listen, 0, 1, default, [counter]));
        Out(2, 0x01);
        Out(1, 0x01);
        Out(0, 1);
        In(0);
        Out(0, 2);

        Assert.Equal(1UL, counter.Read());
        Assert.True(intx.IsMasked());
        Assert.True(intx.IsPending());
        Assert.Equal(Errno.None, intx.Set(Unmask, 0, 1, default, default));
        Assert.Equal(1UL, counter.Read());
        Assert.False(intx.IsPending());
    }

    [Fact]
    public void Interrupt_OfAListenerOfMsi_IsAMessage()
    {
        var counter = new EventCounter();
        Assert.Equal(Errno.None, device.Irqs[1].Set(Listen, 0, 1, default, [counter]));
        Out(2, 0x01);
        Out(1, 0x01);
        Out(0, 1);

        Assert.Equal(1UL, counter.Read());
        Assert.False(device.Irqs[0].IsPending());
    }

    /// <summary>mtty_read and mtty_write: aligned pieces of 4, 2 and 1 bytes, of which the first register counts.</summary>
    [Fact]
    public void WideAccess_ReachesTheFirstRegisterOfEachPiece()
    {
        Assert.Equal(Errno.None, device.WriteRegion(0, 3, [0x03, 0x0B, 0xAA, 0xBB]));
        Assert.Equal((0x03, 0x0B), (In(3), In(4)));
        byte[] all = new byte[8];
        Assert.Equal(Errno.None, device.ReadRegion(0, 0, all));

        Assert.Equal([0, 0, 0, 0, 0x0B, 0, 0, 0], all);
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
        Assert.Equal(Errno.EFAULT, device.ReadRegion(9, 0, new byte[1]));
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
