using System.Buffers;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// Memory of mmap(2) that belongs to no file and is given back to the system when its user disposes it, not when the garbage collector runs.
/// </summary>
public sealed class AnonymousMemory
{
    private int live;

    /// <summary>Mappings that were made and are not disposed.</summary>
    public int LiveMappings => Volatile.Read(ref live);

    /// <summary>Maps memory, all zero, of which pages are taken from the system when they are first written. Disposing it unmaps it.</summary>
    /// <param name="length">Bytes, positive.</param>
    /// <returns>The memory; ENOMEM as from mmap(2).</returns>
    public Result<MemoryManager<byte>> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Result<AnonymousMapping> mapped = AnonymousMapping.Create(length, () => Interlocked.Decrement(ref live));
        if (!mapped.TryGet(out AnonymousMapping mapping, out Errno error))
        {
            return error;
        }

        Interlocked.Increment(ref live);
        return mapping;
    }
}
