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
    private const int PCI_REVISION_ID = 0x08;
    private const int PCI_CACHE_LINE_SIZE = 0x0C;
    private const int PCI_LATENCY_TIMER = 0x0D;
    private const int PCI_SUBSYSTEM_VENDOR_ID = 0x2C;
    private const int PCI_SUBSYSTEM_ID = 0x2E;
    private const int PCI_INTERRUPT_LINE = 0x3C;

    private readonly Lock gate = new();
    private readonly byte[] bytes = new byte[Size];
    private readonly byte[] writable = new byte[Size];

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
