using VfioMigration.Posix;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio.Clients;

/// <summary>A file of a client that cannot shrink, mapped here: a copy is all that an access costs.</summary>
internal sealed class MappedDmaMemory(CallersFile file) : DmaMemory
{
    public override ulong Length => (ulong)file.Length;

    public override Errno Read(ulong offset, Span<byte> destination)
    {
        file.Memory.Span.Slice((int)offset, destination.Length).CopyTo(destination);
        return Errno.None;
    }

    public override Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        source.CopyTo(file.Memory.Span[(int)offset..]);
        return Errno.None;
    }

    public override void Release() => file.Dispose();
}
