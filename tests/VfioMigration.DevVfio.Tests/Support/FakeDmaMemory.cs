using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>A range of a client's memory, which need not exist.</summary>
internal sealed class FakeDmaMemory(FakeClient client, ulong address, ulong length) : DmaMemory
{
    public override ulong Length => length;

    public override Errno Read(ulong offset, Span<byte> destination) => client.Read(address + offset, destination);

    public override Errno Write(ulong offset, ReadOnlySpan<byte> source) => client.Write(address + offset, source);
}
