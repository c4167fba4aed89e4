using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio.Clients;

/// <summary>A range of a process's memory. EFAULT once the process has ended or become another program.</summary>
internal sealed class ProcessDmaMemory(SharedAddressSpace space, ulong address, ulong length) : DmaMemory
{
    public override ulong Length => length;

    public override Errno Read(ulong offset, Span<byte> destination) => space.Space.Read(address + offset, destination);

    public override Errno Write(ulong offset, ReadOnlySpan<byte> source) => space.Space.Write(address + offset, source);

    public override void Release() => space.Release();
}
