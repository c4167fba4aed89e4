using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Irqs;

using static VfioMigration.Vendors.I40evf.I40evfRegister;

namespace VfioMigration.Vendors.I40evf;

/// <summary>
/// A transmit and a receive ring, wired to each other: what the guest sends, it receives. A descriptor has 16 bytes: buffer address (8),
/// length (4), flags (4, bit 0 done).
/// </summary>
/// <param name="registers">Of the device.</param>
/// <param name="dma">The way to the rings and buffers.</param>
/// <param name="interrupts">Vector 0: sent; vector 1: received.</param>
internal sealed class I40evfRings(uint[] registers, DmaWindow dma, VfioIrq interrupts)
{
    internal const int DescriptorSize = 16;
    internal const int MaxPacket = 2048;

    private const uint MaxRingLength = 4096;

    private readonly byte[] packet = new byte[MaxPacket];

    /// <summary>Sends what lies between head and tail; at most a ring full, however wrong the registers are.</summary>
    internal void Transmit()
    {
        uint length = registers[TxLength];
        if ((registers[Control] & 1) == 0 || length is 0 or > MaxRingLength || registers[TxHead] >= length || registers[TxTail] >= length)
        {
            return;
        }

        bool sent = false;
        while (registers[TxHead] != registers[TxTail])
        {
            if (!TrySend(Base(TxBaseLow) + (registers[TxHead] * (ulong)DescriptorSize)))
            {
                return;
            }

            registers[TxHead] = (registers[TxHead] + 1) % length;
            sent = true;
        }

        if (sent)
        {
            interrupts.Raise(0);
        }
    }

    /// <summary>False when the device is not allowed to reach memory any more: the packet stays where it is.</summary>
    private bool TrySend(ulong descriptorAddress)
    {
        Span<byte> descriptor = stackalloc byte[DescriptorSize];
        Errno error = dma.Read(descriptorAddress, descriptor);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]);
        Span<byte> content = packet.AsSpan(0, (int)Math.Min(length, MaxPacket));
        error = error == Errno.None ? dma.Read(BinaryPrimitives.ReadUInt64LittleEndian(descriptor), content) : error;
        if (error == Errno.EBUSY)
        {
            return false;
        }

        if (error != Errno.None || !TryReceive(content))
        {
            registers[Dropped]++;
        }

        WriteBack(descriptorAddress, length);
        return true;
    }

    private bool TryReceive(ReadOnlySpan<byte> content)
    {
        uint length = registers[RxLength];
        if (length is 0 or > MaxRingLength || registers[RxHead] >= length || registers[RxHead] == registers[RxTail])
        {
            return false;
        }

        ulong at = Base(RxBaseLow) + (registers[RxHead] * (ulong)DescriptorSize);
        Span<byte> address = stackalloc byte[sizeof(ulong)];
        if (dma.Read(at, address) != Errno.None || dma.Write(BinaryPrimitives.ReadUInt64LittleEndian(address), content) != Errno.None)
        {
            return false;
        }

        WriteBack(at, (uint)content.Length);
        registers[RxHead] = (registers[RxHead] + 1) % length;
        registers[Delivered]++;
        interrupts.Raise(1);
        return true;
    }

    private void WriteBack(ulong descriptorAddress, uint length)
    {
        Span<byte> written = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(written, length);
        BinaryPrimitives.WriteUInt32LittleEndian(written[4..], 1);
        dma.Write(descriptorAddress + 8, written);
    }

    private ulong Base(int low) => registers[low] | ((ulong)registers[low + 1] << 32);
}
