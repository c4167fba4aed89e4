using System.Buffers.Binary;

using VfioMigration.Sdk.Devices;
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

    private readonly DescriptorRing sending = new(registers, Control, TxBaseLow, TxLength, TxHead, TxTail, DescriptorSize);
    private readonly DescriptorRing receiving = new(registers, Control, RxBaseLow, RxLength, RxHead, RxTail, DescriptorSize);
    private readonly byte[] packet = new byte[MaxPacket];

    /// <summary>Sends what lies between head and tail.</summary>
    internal void Transmit()
    {
        if (!sending.IsReady)
        {
            return;
        }

        do
        {
            if (!TrySend(sending.Next))
            {
                return;
            }

            sending.Advance();
        }
        while (!sending.IsEmpty);

        interrupts.Raise(0);
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
        if (!receiving.IsSet || receiving.IsEmpty)
        {
            return false;
        }

        ulong at = receiving.Next;
        Span<byte> address = stackalloc byte[sizeof(ulong)];
        if (dma.Read(at, address) != Errno.None || dma.Write(BinaryPrimitives.ReadUInt64LittleEndian(address), content) != Errno.None)
        {
            return false;
        }

        WriteBack(at, (uint)content.Length);
        receiving.Advance();
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
}
