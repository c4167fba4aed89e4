using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Dma;

/// <summary>Memory of a user that a device may be allowed to reach.</summary>
public abstract class DmaMemory
{
    /// <summary>Bytes.</summary>
    public abstract ulong Length { get; }

    /// <summary>Copies from a position; the range lies inside. EFAULT when the memory is not there any more.</summary>
    public abstract Errno Read(ulong offset, Span<byte> destination);

    /// <summary>Copies to a position; the range lies inside. EFAULT when the memory is not there any more.</summary>
    public abstract Errno Write(ulong offset, ReadOnlySpan<byte> source);

    /// <summary>The last mapping of it has ended; nobody is in it any more.</summary>
    public virtual void Release()
    {
    }
}
