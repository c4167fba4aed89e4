using System.Numerics;

using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>The pages of a piece of device memory that a saving session still has to send.</summary>
internal sealed class MemoryCursor
{
    private readonly DeviceMemory memory;
    private readonly ulong[] toSend;
    private int word;

    /// <summary>Everything is to be sent; what changed before counts as sent with it.</summary>
    internal MemoryCursor(DeviceMemory memory)
    {
        this.memory = memory;
        toSend = new ulong[(memory.Pages + 63) / 64];
        memory.TakeDirty(System.Runtime.InteropServices.MemoryMarshal.AsBytes(toSend.AsSpan()));
        toSend.AsSpan().Fill(ulong.MaxValue);
        if (memory.Pages % 64 != 0)
        {
            toSend[^1] = ulong.MaxValue >> (64 - (memory.Pages % 64));
        }

        Count();
    }

    /// <summary>Pages to send now.</summary>
    internal int Pages { get; private set; }

    /// <summary>How often <see cref="TryTake"/> will succeed: a run ends with its word.</summary>
    internal int Runs { get; private set; }

    /// <summary>Adds what changed since.</summary>
    internal void Refill()
    {
        memory.TakeDirty(System.Runtime.InteropServices.MemoryMarshal.AsBytes(toSend.AsSpan()));
        Count();
        word = 0;
    }

    /// <summary>The next run of pages, at most 64, which is then no longer to be sent. False when there is none.</summary>
    internal bool TryTake(out int firstPage, out int count)
    {
        firstPage = count = 0;
        if (Pages == 0)
        {
            return false;
        }

        while (toSend[word] == 0)
        {
            word++;
        }

        int bit = BitOperations.TrailingZeroCount(toSend[word]);
        count = BitOperations.TrailingZeroCount(~(toSend[word] >> bit));
        count = Math.Min(count, 64 - bit);
        toSend[word] &= ~((ulong.MaxValue >> (64 - count)) << bit);
        firstPage = (word * 64) + bit;
        Pages -= count;
        Runs--;
        return true;
    }

    private void Count()
    {
        Pages = toSend.Sum(BitOperations.PopCount);
        Runs = toSend.Sum(static bits => BitOperations.PopCount(bits & ~(bits << 1)));
    }
}
