using System.Buffers.Binary;

namespace VfioMigration.Buses.Pci;

/// <summary>
/// The 256 bytes of conventional configuration space with a type 0 header (<c>include/uapi/linux/pci_regs.h</c>). Identity is read-only,
/// the registers an operating system programs are not.
/// </summary>
public sealed class PciConfigSpace
{
    public const int Size = 256;

    private const int PCI_VENDOR_ID = 0x00;
    private const int PCI_DEVICE_ID = 0x02;
    private const int PCI_COMMAND = 0x04;
    private const int PCI_STATUS = 0x06;
    private const int PCI_REVISION_ID = 0x08;
    private const int PCI_CACHE_LINE_SIZE = 0x0C;
    private const int PCI_LATENCY_TIMER = 0x0D;
    private const int PCI_BASE_ADDRESS_0 = 0x10;
    private const int PCI_SUBSYSTEM_VENDOR_ID = 0x2C;
    private const int PCI_SUBSYSTEM_ID = 0x2E;
    private const int PCI_CAPABILITY_LIST = 0x34;
    private const int PCI_INTERRUPT_LINE = 0x3C;
    private const int PCI_INTERRUPT_PIN = 0x3D;
    private const byte PCI_STATUS_CAP_LIST = 0x10;
    private const int FirstCapability = 0x40;
    private const int Bars = 6;

    private readonly Lock gate = new();
    private readonly byte[] bytes = new byte[Size];
    private readonly byte[] writable = new byte[Size];
    private int nextCapability = FirstCapability;

    public PciConfigSpace(PciIds ids)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(PCI_VENDOR_ID), ids.Vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(PCI_DEVICE_ID), ids.Device);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(PCI_REVISION_ID), (ids.Class << 8) | ids.Revision);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(PCI_SUBSYSTEM_VENDOR_ID), ids.SubsystemVendor);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(PCI_SUBSYSTEM_ID), ids.SubsystemDevice);

        // I/O, memory and bus master enable, parity, SERR and INTx disable.
        BinaryPrimitives.WriteUInt16LittleEndian(writable.AsSpan(PCI_COMMAND), 0x0547);
        writable[PCI_CACHE_LINE_SIZE] = 0xFF;
        writable[PCI_LATENCY_TIMER] = 0xFF;
        writable[PCI_INTERRUPT_LINE] = 0xFF;
    }

    /// <summary>Bus master, memory and I/O enable, INTx disable and so on: what the user wrote to PCI_COMMAND.</summary>
    public ushort Command
    {
        get
        {
            lock (gate)
            {
                return BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(PCI_COMMAND));
            }
        }
    }

    /// <summary>The function may reach memory no more (pci_clear_master of <c>drivers/pci/pci.c</c>).</summary>
    public void ClearMaster()
    {
        const ushort PCI_COMMAND_MASTER = 0x4;
        lock (gate)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(PCI_COMMAND), (ushort)(Command & ~PCI_COMMAND_MASTER));
        }
    }

    /// <summary>What registers hold from the beginning; who may write them stays as it is.</summary>
    public void Preset(int offset, ReadOnlySpan<byte> content) => content.CopyTo(bytes.AsSpan(offset));

    /// <summary>A user's writes to these registers change nothing.</summary>
    public void Protect(int offset, int length) => writable.AsSpan(offset, length).Clear();

    /// <summary>The function interrupts by INTA.</summary>
    public void SetInterruptPin() => bytes[PCI_INTERRUPT_PIN] = 1;

    /// <summary>Gives the function a base address register. Writing all ones and reading back tells its size, as on hardware.</summary>
    /// <param name="index">0 to 5.</param>
    /// <param name="size">Bytes, a power of two.</param>
    /// <param name="isIo">An I/O port range instead of 32-bit memory.</param>
    /// <param name="isPrefetchable">Memory without side effects of reading.</param>
    public void SetBar(int index, uint size, bool isIo = false, bool isPrefetchable = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Bars);
        int at = PCI_BASE_ADDRESS_0 + (index * sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), isIo ? 1u : isPrefetchable ? 8u : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(writable.AsSpan(at), ~(size - 1));
    }

    /// <summary>Appends a capability to the list; its offset.</summary>
    /// <param name="id">PCI_CAP_ID_*.</param>
    /// <param name="body">What follows id and next pointer.</param>
    /// <param name="writableBits">Which bits of the body the user may change; as long as the body.</param>
    public int AddCapability(byte id, ReadOnlySpan<byte> body, ReadOnlySpan<byte> writableBits)
    {
        int at = nextCapability;
        int last = PCI_CAPABILITY_LIST;
        while (bytes[last] != 0)
        {
            last = bytes[last] + 1;
        }

        bytes[last] = (byte)at;
        bytes[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
        bytes[at] = id;
        body.CopyTo(bytes.AsSpan(at + 2));
        writableBits.CopyTo(writable.AsSpan(at + 2));
        nextCapability = (at + 2 + body.Length + 3) & ~3;
        return at;
    }

    /// <summary>
    /// Takes over what a user programmed into a space of the same function. False, and nothing is changed, when the spaces differ in
    /// their size or in anything a user cannot change.
    /// </summary>
    public bool TryLoad(ReadOnlySpan<byte> saved)
    {
        if (saved.Length != Size)
        {
            return false;
        }

        lock (gate)
        {
            for (int i = 0; i < Size; i++)
            {
                if ((saved[i] & ~writable[i]) != (bytes[i] & ~writable[i]))
                {
                    return false;
                }
            }

            saved.CopyTo(bytes);
            return true;
        }
    }

    /// <summary>Copies from a position; the range lies inside the space.</summary>
    public int Read(int offset, Span<byte> destination)
    {
        lock (gate)
        {
            bytes.AsSpan(offset, destination.Length).CopyTo(destination);
        }

        return destination.Length;
    }

    /// <summary>Changes the writable bits of a range that lies inside the space; the others keep their value.</summary>
    public int Write(int offset, ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            for (int i = 0; i < source.Length; i++)
            {
                byte mask = writable[offset + i];
                bytes[offset + i] = (byte)((bytes[offset + i] & ~mask) | (source[i] & mask));
            }
        }

        return source.Length;
    }
}
