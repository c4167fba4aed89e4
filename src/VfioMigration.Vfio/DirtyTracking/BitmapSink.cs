using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>
/// ORs pages into a bitmap of pages of the same size (bit 0 of byte 0 first, as the uAPI lays it out). Bits are only set.
/// </summary>
/// <param name="bitmap">Long enough for every page that comes.</param>
/// <param name="origin">The page of the bitmap's first bit.</param>
public readonly ref struct BitmapSink(Span<byte> bitmap, ulong origin) : IDirtySink
{
    private readonly Span<byte> bitmap = bitmap;

    public void Take(ulong firstPage, scoped ReadOnlySpan<ulong> words)
    {
        // A page before the bitmap is possible only in a first word whose bits for it are zero.
        long bit = (long)(firstPage - origin);
        if ((bit & 63) == 0 && bit >= 0 && (bit / 8) + (words.Length * sizeof(ulong)) <= bitmap.Length)
        {
            OrAligned(MemoryMarshal.Cast<byte, ulong>(bitmap[(int)(bit / 8)..]), words);
            return;
        }

        foreach (ulong word in words)
        {
            OrShifted(bit, word);
            bit += 64;
        }
    }

    private static void OrAligned(Span<ulong> target, ReadOnlySpan<ulong> words)
    {
        int i = 0;
        for (; i + Vector256<ulong>.Count <= words.Length; i += Vector256<ulong>.Count)
        {
            Span<ulong> at = target.Slice(i, Vector256<ulong>.Count);
            (Vector256.Create(words[i..]) | Vector256.Create<ulong>(at)).CopyTo(at);
        }

        for (; i < words.Length; i++)
        {
            target[i] |= words[i];
        }
    }

    private void OrShifted(long bit, ulong word)
    {
        if (word == 0)
        {
            return;
        }

        if (bit < 0)
        {
            word >>= (int)-bit;
            bit = 0;
        }

        int at = (int)(bit / 8);
        UInt128 shifted = (UInt128)word << (int)(bit & 7);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, shifted);
        for (int i = 0; i < 9; i++)
        {
            if (bytes[i] != 0)
            {
                bitmap[at + i] |= bytes[i];
            }
        }
    }
}
