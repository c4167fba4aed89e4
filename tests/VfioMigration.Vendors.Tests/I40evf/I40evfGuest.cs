using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vendors.Tests.Conformance;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Tests.I40evf;

/// <summary>A guest's network driver: rings of four descriptors, transmit at 0, receive at 0x1000, buffers behind.</summary>
internal sealed class I40evfGuest : IDisposable
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

    private readonly VfioDeviceFile file;
    private int txTail;
    private int rxTail;

    internal I40evfGuest(bool isBusMaster = true)
    {
        file = VendorDevice.Named("i40evf").Create("v2").Open(Memory.Map).Value;
        SetBusMaster(isBusMaster);
        foreach ((int register, uint value) in (ReadOnlySpan<(int, uint)>)[(TxLength, Length), (6, RxRing), (RxLength, Length), (0, 1)])
        {
            Write((ulong)register * 4, value);
        }
    }

    internal GuestMemory Memory { get; } = new(64 * 1024);

    internal VfioDevice Device => file.Device;

    public void Dispose() => file.Dispose();

    internal void SetBusMaster(bool isBusMaster) =>
        Assert.Equal(Errno.None, Device.WriteRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, 4, [(byte)(isBusMaster ? 6 : 2), 0]));

    internal void Write(ulong offset, uint value) => Assert.Equal(Errno.None, Device.WriteRegion(0, offset, BitConverter.GetBytes(value)));

    internal uint Read(int register)
    {
        byte[] bytes = new byte[4];
        Assert.Equal(Errno.None, Device.ReadRegion(0, (ulong)register * 4, bytes));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
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
