using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>
/// ORs pages into a bitmap of pages of the same size (bit 0 of byte 0 first, as the uAPI lays it out). Bits are only set.
/// </summary>
/// <param name="bitmap">Long enough for every page. Fastest when it begins a cache line.</param>
/// <param name="origin">The page of the bitmap's first bit.</param>
public readonly ref struct BitmapSink(Span<byte> bitmap, ulong origin) : IDirtySink
{
    private const int CacheLine = 64;

    private readonly Span<byte> bitmap = bitmap;

    /// <remarks>Inlined, so that a length that the harvest knows is known here.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ulong firstPage, scoped ReadOnlySpan<ulong> words)
    {
        // A page before the bitmap is possible only in a first word whose bits for it are zero; that wraps and does not fit.
        ulong bit = firstPage - origin;
        ReadOnlySpan<byte> source = MemoryMarshal.AsBytes(words);
        if ((bit & 7) != 0 || (bit / 8) + (ulong)source.Length > (ulong)bitmap.Length)
        {
            OrShifted((long)bit, words);
            return;
        }

        Span<byte> target = bitmap.Slice((int)(bit / 8), source.Length);
        if (source.Length == CacheLine)
        {
            OrVector(target, source);
            OrVector(target[Vector256<byte>.Count..], source[Vector256<byte>.Count..]);
        }
        else
        {
            OrAll(target, source);
        }
    }

    private static void OrAll(Span<byte> target, ReadOnlySpan<byte> source)
    {
        int i = 0;
        for (; i + Vector256<byte>.Count <= source.Length; i += Vector256<byte>.Count)
        {
            OrVector(target[i..], source[i..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] |= source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OrVector(Span<byte> target, ReadOnlySpan<byte> source) =>
        (Vector256.Create(source) | Vector256.Create<byte>(target)).CopyTo(target);

    private void OrShifted(long bit, ReadOnlySpan<ulong> words)
    {
        Span<byte> bytes = stackalloc byte[16];
        foreach (ulong word in words)
        {
            if (word != 0)
            {
                // Only the first word can begin before the bitmap.
                ulong inside = bit < 0 ? word >> (int)-bit : word;
                long first = Math.Max(bit, 0);
                BinaryPrimitives.WriteUInt128LittleEndian(bytes, (UInt128)inside << (int)(first & 7));
                OrNonZero((int)(first / 8), bytes[..9]);
            }

            bit += 64;
        }
    }

    /// <summary>A zero byte may lie beyond the end of the bitmap.</summary>
    private void OrNonZero(int at, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value != 0)
            {
                bitmap[at] |= value;
            }

            at++;
        }
    }
}
