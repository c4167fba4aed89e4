using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Sdk.Devices.AcceleratorRegister;

namespace VfioMigration.Sdk.Devices;

/// <summary>Has blocks of random content transformed, from one place of guest memory to another.</summary>
/// <remarks>Memory: the ring at 0, then one block per request to transform, then blocks for the results to the end.</remarks>
public sealed class AcceleratorWorkload(AcceleratorDevice device, GuestMemory memory, WorkloadOptions options) : RegisterWorkload(device, memory, options)
{
    private const int Length = 64;
    private const int Block = 256;
    private const int Sources = Length * AcceleratorRing.RequestSize;
    private const int Results = Sources + (Length * Block);

    private readonly byte[] block = new byte[Block];
    private int tail;

    protected override IReadOnlyList<(int Register, uint Value)> Setup { get; } =
    [(BaseLow, 0), (BaseHigh, 0), (RingLength, Length), (Control, 1)];

    protected override Errno DoStep()
    {
        Random.Fill(block);
        uint key = (uint)Random.Next();
        int source = Sources + (tail * Block);
        int result = Results + (Random.NextIndex((Memory.Length - Results) / Block) * Block);
        int request = tail * AcceleratorRing.RequestSize;
        Memory.Write(source, block);
        GuestShadow.Write(source, block);
        WriteRequest(request, source, result, key);
        tail = (tail + 1) % Length;
        Errno error = WriteRegister(Tail * sizeof(uint), (uint)tail);

        // What the device does on its own.
        AcceleratorRing.Transform(block, key);
        GuestShadow.Write(result, block);
        GuestShadow.Write(request + AcceleratorRing.StatusOffset, AcceleratorRing.Done);
        return error;
    }

    protected override void SaveProgram(StateWriter writer) => writer.Write((uint)tail);

    protected override void LoadProgram(ref StateReader reader) => tail = (int)(reader.ReadUInt32() % Length);

    private void WriteRequest(int at, int source, int result, uint key)
    {
        Span<byte> request = stackalloc byte[AcceleratorRing.RequestSize];
        request.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(request, (ulong)source);
        BinaryPrimitives.WriteUInt64LittleEndian(request[8..], (ulong)result);
        BinaryPrimitives.WriteUInt32LittleEndian(request[16..], Block);
        BinaryPrimitives.WriteUInt32LittleEndian(request[20..], key);
        Memory.Write(at, request);
        GuestShadow.Write(at, request);
    }
}
