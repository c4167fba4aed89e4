using System.Buffers.Binary;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// A 16550 whose transmitter is wired to its own receiver, with the manners of the kernel's sample (<c>samples/vfio-mdev/mtty.c</c>): a fifo of 16 bytes that reads as
/// empty when it is full, a trigger level of 0 until FCR is written and 1 from then on, an overrun that stands until a byte is taken again.
/// </summary>
/// <param name="interrupt">Raises the card's interrupt.</param>
internal sealed class SerialPort(Action interrupt)
{
    /// <summary>Bytes of <c>struct serial_port</c> of the sample.</summary>
    internal const int StateSize = 36;

    internal const int FifoSize = 16;
    internal const int Registers = 8;

    private const int Data = 0;
    private const int InterruptEnable = 1;
    private const int FifoControl = 2;
    private const int LineControl = 3;
    private const int ModemControl = 4;
    private const int LineStatus = 5;
    private const int ModemStatus = 6;

    private const byte DivisorLatch = 0x80;
    private const byte DataReady = 0x01;
    private const byte OverrunError = 0x02;
    private const byte TransmitterEmpty = 0x60;
    private const byte EnableData = 0x01;
    private const byte EnableEmpty = 0x02;
    private const byte EnableLine = 0x04;
    private const byte EnableModem = 0x08;
    private const byte ReadyLines = 0x03;
    private const byte Out2 = 0x08;

    private readonly byte[] registers = new byte[Registers];
    private readonly byte[] fifo = new byte[FifoSize];
    private byte head;
    private byte tail;
    private byte count;
    private bool isDivisorLatched;
    private bool overrun;
    private ushort divisor;
    private byte fifoControl;
    private byte usableFifo = FifoSize;
    private byte triggerLevel;

    private bool ReadsEmpty => head == tail;

    internal byte Read(int register) => register switch
    {
        Data when isDivisorLatched => (byte)divisor,
        Data => Receive(),
        InterruptEnable when isDivisorLatched => (byte)(divisor >> 8),
        InterruptEnable => (byte)(registers[InterruptEnable] & 0x0F),
        FifoControl => (byte)(Identification() | 0xC0),
        LineStatus => (byte)((ReadsEmpty ? TransmitterEmpty : DataReady) | (overrun ? OverrunError : 0)),
        ModemStatus => ModemLines(),
        _ => registers[register],
    };

    internal void Write(int register, byte value)
    {
        switch (register)
        {
            case Data when isDivisorLatched:
                divisor |= value;
                break;
            case Data:
                Transmit(value);
                break;
            case InterruptEnable when isDivisorLatched:
                divisor |= (ushort)(value << 8);
                break;
            case InterruptEnable:
                registers[InterruptEnable] = value;
                RaiseIf((value & EnableEmpty) != 0 && ReadsEmpty);
                break;
            case FifoControl:
                ControlFifo(value);
                break;
            case LineControl:
                registers[LineControl] = value;
                isDivisorLatched = (value & DivisorLatch) != 0;
                divisor = isDivisorLatched ? (ushort)0 : divisor;
                break;
            case ModemControl:
                registers[ModemControl] = value;
                RaiseIf(IsEnabled(EnableModem) && (value & (Out2 | ReadyLines)) != 0);
                break;
            case LineStatus or ModemStatus:
                break;
            default:
                registers[register] = value;
                break;
        }
    }

    /// <summary>Layout of the sample: registers 8, fifo 16, head, tail, count, dlab, overrun, pad, divisor 2, fcr, fifo size, trigger level, pad.</summary>
    internal void Save(Span<byte> destination)
    {
        destination[..StateSize].Clear();
        registers.CopyTo(destination);
        fifo.CopyTo(destination[8..]);
        destination[24] = head;
        destination[25] = tail;
        destination[26] = count;
        destination[27] = isDivisorLatched ? (byte)1 : (byte)0;
        destination[28] = overrun ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[30..], divisor);
        destination[32] = fifoControl;
        destination[33] = usableFifo;
        destination[34] = triggerLevel;
    }

    /// <summary>True when the state is one that a port can be in. The trigger level may be anything: the sample has no check of it.</summary>
    internal static bool IsSane(ReadOnlySpan<byte> source) =>
        source[24] < FifoSize && source[25] < FifoSize && source[26] <= FifoSize
        && (source[25] + source[26]) % FifoSize == source[24]
        && source[33] is 1 or FifoSize;

    /// <summary>Undoes <see cref="Save"/> of a sane state.</summary>
    internal void Load(ReadOnlySpan<byte> source)
    {
        source[..8].CopyTo(registers);
        source.Slice(8, FifoSize).CopyTo(fifo);
        head = source[24];
        tail = source[25];
        count = source[26];
        isDivisorLatched = source[27] != 0;
        overrun = source[28] != 0;
        divisor = BinaryPrimitives.ReadUInt16LittleEndian(source[30..]);
        fifoControl = source[32];
        usableFifo = source[33];
        triggerLevel = source[34];
    }

    private void Transmit(byte value)
    {
        overrun = count >= usableFifo;
        if (overrun)
        {
            RaiseIf(IsEnabled(EnableLine));
            return;
        }

        fifo[head] = value;
        head = (byte)((head + 1) % FifoSize);
        count++;
        RaiseIf(IsEnabled(EnableData) && count == triggerLevel);
    }

    /// <summary>0 when there is nothing; the sample leaves what the caller's buffer had.</summary>
    private byte Receive()
    {
        byte value = 0;
        if (!ReadsEmpty)
        {
            value = fifo[tail];
            tail = (byte)((tail + 1) % FifoSize);
            count--;
        }

        RaiseIf(ReadsEmpty && IsEnabled(EnableEmpty));
        return value;
    }

    private void ControlFifo(byte value)
    {
        const byte EnableFifo = 0x01;
        const byte ClearBoth = 0x06;
        fifoControl = value;
        if ((value & ClearBoth) != 0)
        {
            head = tail = count = 0;
        }

        usableFifo = (value & EnableFifo) != 0 ? (byte)FifoSize : (byte)1;
        triggerLevel = 1;
    }

    /// <summary>All reasons together, as the sample combines them; 1 for none.</summary>
    private byte Identification()
    {
        int reasons = (IsEnabled(EnableLine) && overrun ? 0x06 : 0)
            | (IsEnabled(EnableData) && count >= triggerLevel ? 0x04 : 0)
            | (IsEnabled(EnableEmpty) && ReadsEmpty ? 0x02 : 0);
        return reasons == 0 ? (byte)0x01 : (byte)reasons;
    }

    /// <summary>DSR and DCD always, CTS unless automatic flow control is on and the fifo full.</summary>
    private byte ModemLines()
    {
        const byte AutomaticFlowControl = 0x20;
        const byte Always = 0xA2;
        const byte ClearToSend = 0x11;
        bool isClear = (registers[ModemControl] & AutomaticFlowControl) == 0 || count < usableFifo;
        return (byte)(Always | (isClear ? ClearToSend : 0));
    }

    private bool IsEnabled(byte reason) => (registers[InterruptEnable] & reason) != 0;

    private void RaiseIf(bool isDue)
    {
        if (isDue)
        {
            interrupt();
        }
    }
}
