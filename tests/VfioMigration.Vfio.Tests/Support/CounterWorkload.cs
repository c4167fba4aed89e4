using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Lets the device write the count of busy steps to a random place of guest memory.</summary>
internal sealed class CounterWorkload(
    VfioDevice device,
    GuestMemory memory,
    WorkloadOptions options,
    params IReadOnlyList<(string Name, MemoryContent Content)> pieces)
    : DeviceWorkload(device, memory, options, pieces)
{
    internal uint Count { get; private set; }

    internal bool HasStarted { get; private set; }

    public override Errno Start()
    {
        HasStarted = true;
        return Errno.None;
    }

    protected override Errno DoStep()
    {
        Count++;
        int address = Random.NextIndex(Memory.Length / sizeof(uint)) * sizeof(uint);
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Count);
        Errno error = Device.Dma.Write((ulong)address, bytes);
        if (error == Errno.None)
        {
            GuestShadow.Write(address, Count);
        }

        return error;
    }

    protected override void SaveProgram(StateWriter writer) => writer.Write(Count);

    protected override void LoadProgram(ref StateReader reader) => Count = reader.ReadUInt32();
}
