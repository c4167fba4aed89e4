using System.Buffers.Binary;

using VfioMigration.Vfio.Irqs;

namespace VfioMigration.Vendors.Mtty;

/// <summary>A 16550 whose transmitter is wired to its own receiver, as in the kernel's sample.</summary>
/// <param name="interrupt">Raised for data, overruns and an empty transmitter, where the guest enabled them.</param>
internal sealed class SerialPort(VfioIrq interrupt)
{
    /// <summary>Bytes of <c>struct serial_port</c> of the sample.</summary>
    internal const int StateSize = 36;

    internal const int FifoSize = 16;
    internal const int Registers = 8;

    private const int Data = 0;
    private const int InterruptEnable = 1;
    private const int FifoControl = 2;
    private const int LineControl = 3;
    private const int LineStatus = 5;
    private const byte DivisorLatch = 0x80;
    private const byte DataReady = 0x01;
    private const byte OverrunError = 0x02;
    private const byte TransmitterEmpty = 0x60;
    private const byte EnableData = 0x01;
    private const byte EnableEmpty = 0x02;
    private const byte EnableLine = 0x04;

    private readonly byte[] registers = new byte[Registers];
    private readonly byte[] fifo = new byte[FifoSize];
    private byte head;
    private byte tail;
    private byte count;
    private bool overrun;
    private ushort divisor;
    private byte fifoControl;
    private byte triggerLevel = 1;

    private bool IsDivisorLatched => (registers[LineControl] & DivisorLatch) != 0;

    internal byte Read(int register)
    {
        switch (register)
        {
            case Data when IsDivisorLatched:
                return (byte)divisor;
            case Data:
                return Receive();
            case InterruptEnable when IsDivisorLatched:
                return (byte)(divisor >> 8);
            case FifoControl:
                return Identification();
            case LineStatus:
                byte status = (byte)(TransmitterEmpty | (count > 0 ? DataReady : 0) | (overrun ? OverrunError : 0));
                overrun = false;
                return status;
            default:
                return registers[register];
        }
    }

    internal void Write(int register, byte value)
    {
        switch (register)
        {
            case Data when IsDivisorLatched:
                divisor = (ushort)((divisor & 0xFF00) | value);
                break;
            case Data:
                Transmit(value);
                break;
            case InterruptEnable when IsDivisorLatched:
                divisor = (ushort)((divisor & 0x00FF) | (value << 8));
                break;
            case FifoControl:
                ControlFifo(value);
                break;
            case LineStatus:
                break;
            default:
                registers[register] = value;
                RaiseIfDue();
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
        destination[27] = IsDivisorLatched ? (byte)1 : (byte)0;
        destination[28] = overrun ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[30..], divisor);
        destination[32] = fifoControl;
        destination[33] = FifoSize;
        destination[34] = triggerLevel;
    }

    /// <summary>True when the state is one that a port can be in.</summary>
    internal static bool IsSane(ReadOnlySpan<byte> source) =>
        source[24] < FifoSize && source[25] < FifoSize && source[26] <= FifoSize
        && (source[25] + source[26]) % FifoSize == source[24]
        && source[33] == FifoSize && source[34] is 1 or 4 or 8 or 14;

    /// <summary>Undoes <see cref="Save"/> of a sane state, and interrupts again if something is pending: the state does not record whether the guest was notified.</summary>
    internal void Load(ReadOnlySpan<byte> source)
    {
        source[..8].CopyTo(registers);
        source.Slice(8, FifoSize).CopyTo(fifo);
        head = source[24];
        tail = source[25];
        count = source[26];
        overrun = source[28] != 0;
        divisor = BinaryPrimitives.ReadUInt16LittleEndian(source[30..]);
        fifoControl = source[32];
        triggerLevel = source[34];
        RaiseIfDue();
    }

    private void Transmit(byte value)
    {
        if (count == FifoSize)
        {
            overrun = true;
        }
        else
        {
            fifo[head] = value;
            head = (byte)((head + 1) % FifoSize);
            count++;
        }

        RaiseIfDue();
    }

    private byte Receive()
    {
        if (count == 0)
        {
            return 0;
        }

        byte value = fifo[tail];
        tail = (byte)((tail + 1) % FifoSize);
        count--;
        return value;
    }

    private void ControlFifo(byte value)
    {
        const byte ClearReceiver = 0x02;
        const byte ClearTransmitter = 0x04;
        fifoControl = value;
        if ((value & (ClearReceiver | ClearTransmitter)) != 0)
        {
            head = tail = count = 0;
        }

        triggerLevel = (value & 0xC0) switch { 0x40 => 4, 0x80 => 8, 0xC0 => 14, _ => 1 };
    }

    /// <summary>The reason with the highest priority; bit 0 set for none.</summary>
    private byte Identification()
    {
        byte enabled = registers[InterruptEnable];
        return (enabled & EnableLine) != 0 && overrun ? (byte)0x06
            : (enabled & EnableData) != 0 && count >= triggerLevel ? (byte)0x04
            : (enabled & EnableEmpty) != 0 ? (byte)0x02
            : (byte)0x01;
    }

    private void RaiseIfDue()
    {
        if (Identification() != 0x01)
        {
            interrupt.Raise();
        }
    }
}
