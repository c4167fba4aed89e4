using VfioMigration.Vendors.Tests.Conformance;

namespace VfioMigration.Vendors.Tests.I40evf;

/// <summary>A guest's network driver: rings of four descriptors, transmit at 0, receive at 0x1000, buffers behind.</summary>
internal sealed class I40evfGuest : RegisterGuest
{
    internal const int Length = 4;
    internal const int RxRing = 0x1000;
    internal const int TxBuffer = 0x2000;
    internal const int RxBuffer = 0x4000;
    internal const int TxLength = 3;
    internal const int TxHead = 4;
    internal const int RxLength = 8;
    internal const int RxHead = 9;
    internal const int Delivered = 11;
    internal const int Dropped = 12;
    internal const ulong TxDoorbell = 0x1000;
    internal const ulong RxDoorbell = 0x1004;

    private int txTail;
    private int rxTail;

    internal I40evfGuest(bool isBusMaster = true)
        : base("i40evf", isBusMaster, [(TxLength, Length), (6, RxRing), (RxLength, Length), (0, 1)])
    {
    }

    /// <summary>Offers the next receive buffer.</summary>
    internal void Offer(ulong address = RxBuffer)
    {
        WriteDescriptor(RxRing + (rxTail * 16), address, 2048);
        rxTail = (rxTail + 1) % Length;
        Write(RxDoorbell, (uint)rxTail);
    }

    /// <summary>Sends from a buffer.</summary>
    internal void Send(uint length, ulong address = TxBuffer)
    {
        WriteDescriptor(txTail * 16, address, length);
        txTail = (txTail + 1) % Length;
        Write(TxDoorbell, (uint)txTail);
    }

    /// <summary>Length and flags of a descriptor.</summary>
    internal (uint Length, uint Flags) Descriptor(int at) => (Memory.ReadUInt32(at + 8), Memory.ReadUInt32(at + 12));

    private void WriteDescriptor(int at, ulong address, uint length)
    {
        Memory.Write(at, address);
        Memory.Write(at + 8, length);
        Memory.Write(at + 12, 0U);
    }
}
