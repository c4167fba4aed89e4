using System.Buffers.Binary;

using VfioMigration.Sdk.Devices;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Vendors.I40evf.I40evfRegister;

namespace VfioMigration.Vendors.I40evf;

/// <summary>
/// A network driver that sends packets of random length and content to itself; the receive buffers are all over guest memory.
/// </summary>
/// <remarks>
/// Memory: transmit ring at 0, receive ring behind it, 64 transmit buffers, then receive buffers to the end.
/// </remarks>
internal sealed class I40evfWorkload(I40evfDevice device, GuestMemory memory, WorkloadOptions options) : RegisterWorkload(device, memory, options)
{
    private const int RingLength = 64;
    private const int RingBytes = RingLength * I40evfRings.DescriptorSize;
    private const int RxRing = RingBytes;
    private const int TxBuffers = 4096;
    private const int RxBuffers = TxBuffers + (RingLength * I40evfRings.MaxPacket);
    private const int ShortestPacket = 64;

    private readonly byte[] packet = new byte[I40evfRings.MaxPacket];
    private int tail;

    protected override IReadOnlyList<(int Register, uint Value)> Setup { get; } =
    [(TxBaseLow, 0), (TxBaseHigh, 0), (TxLength, RingLength), (RxBaseLow, RxRing), (RxBaseHigh, 0), (RxLength, RingLength), (Control, 1)];

    protected override Errno DoStep()
    {
        int length = ShortestPacket + (int)(Random.Next() % (I40evfRings.MaxPacket - ShortestPacket + 1));
        Span<byte> content = packet.AsSpan(0, length);
        Random.Fill(content);
        int txBuffer = TxBuffers + (tail * I40evfRings.MaxPacket);
        int rxBuffer = RxBuffers + (Random.NextIndex((Memory.Length - RxBuffers) / I40evfRings.MaxPacket) * I40evfRings.MaxPacket);
        int txDescriptor = tail * I40evfRings.DescriptorSize;
        int rxDescriptor = RxRing + txDescriptor;

        Memory.Write(txBuffer, content);
        GuestShadow.Write(txBuffer, content);
        WriteDescriptor(txDescriptor, txBuffer, length);
        WriteDescriptor(rxDescriptor, rxBuffer, length);
        tail = (tail + 1) % RingLength;
        Errno error = WriteRegister(RxDoorbell, (uint)tail);
        error = error == Errno.None ? WriteRegister(TxDoorbell, (uint)tail) : error;

        // What the device does on its own.
        GuestShadow.Write(rxBuffer, content);
        GuestShadow.Write(txDescriptor + 12, 1u);
        GuestShadow.Write(rxDescriptor + 12, 1u);
        return error;
    }

    protected override void SaveProgram(StateWriter writer) => writer.Write((uint)tail);

    protected override void LoadProgram(ref StateReader reader) => tail = (int)(reader.ReadUInt32() % RingLength);

    private void WriteDescriptor(int at, int buffer, int length)
    {
        Span<byte> descriptor = stackalloc byte[I40evfRings.DescriptorSize];
        descriptor.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, (ulong)buffer);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[8..], (uint)length);
        Memory.Write(at, descriptor);
        GuestShadow.Write(at, descriptor);
    }
}
