using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>
/// CRC-32C (Castagnoli polynomial, reflected, initial and final value all ones; RFC 3720 appendix B.4). Long inputs are folded with
/// carry-less multiplication, four lanes at once; short ones and other machines use the CRC instruction or its portable form.
/// </summary>
public static class Crc32C
{
    private const int FoldedBlock = 64;
    private const int WideBlock = 128;

    /// <summary>The polynomial without x^32, highest power first.</summary>
    private const uint Polynomial = 0x1EDC6F41;

    /// <summary>For folding over eight lanes of 128 bits, over four, and over one.</summary>
    private static readonly Vector128<ulong> FoldBy1024 = FoldConstants(1024);
    private static readonly Vector128<ulong> FoldBy512 = FoldConstants(512);
    private static readonly Vector128<ulong> FoldBy128 = FoldConstants(128);

    /// <summary>The checksum of some bytes, or of all bytes when <paramref name="before"/> is the checksum of what precedes them.</summary>
    public static uint Compute(ReadOnlySpan<byte> source, uint before = 0) => Compute(source, ref Unsafe.NullRef<byte>(), before);

    /// <summary>
    /// As <see cref="Compute(ReadOnlySpan{byte}, uint)"/>, and copies the bytes on the way: memory is read once. The checksum is that of
    /// the copy, also when the source is written meanwhile.
    /// </summary>
    /// <param name="source">Bytes to copy; not overlapping the target.</param>
    /// <param name="target">At least as long.</param>
    /// <param name="before">The checksum of what precedes them.</param>
    public static uint Copy(ReadOnlySpan<byte> source, Span<byte> target, uint before = 0)
    {
        target = target[..source.Length];
        return Compute(source, ref MemoryMarshal.GetReference(target), before);
    }

    /// <param name="source">Bytes to read.</param>
    /// <param name="target">The destination of a copy; a null reference for none.</param>
    /// <param name="before">The checksum of what precedes them.</param>
    private static uint Compute(ReadOnlySpan<byte> source, ref byte target, uint before)
    {
        uint crc = ~before;
        int folded = 0;
        if (Pclmulqdq.V256.IsSupported && source.Length >= 4 * WideBlock)
        {
            folded = source.Length & ~(WideBlock - 1);
            crc = FoldWide(source[..folded], ref target, crc);
        }
        else if (Pclmulqdq.IsSupported && source.Length >= 4 * FoldedBlock)
        {
            folded = source.Length & ~(FoldedBlock - 1);
            crc = Fold(source[..folded], ref target, crc);
        }

        ReadOnlySpan<byte> rest = source[folded..];
        if (!Unsafe.IsNullRef(ref target))
        {
            Span<byte> copy = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref target, folded), rest.Length);
            rest.CopyTo(copy);
            rest = copy;
        }

        return ~Step(crc, rest);
    }

    private static uint Step(uint crc, ReadOnlySpan<byte> source)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(source);
        foreach (ulong word in words)
        {
            crc = StepWord(crc, word);
        }

        foreach (byte value in source[(words.Length * sizeof(ulong))..])
        {
            crc = Sse42.IsSupported ? Sse42.Crc32(crc, value) : StepBits(crc ^ value, 8);
        }

        return crc;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint StepWord(uint crc, ulong word) =>
        Sse42.X64.IsSupported ? (uint)Sse42.X64.Crc32(crc, word)
        : ArmCrc32.Arm64.IsSupported ? ArmCrc32.Arm64.ComputeCrc32C(crc, word)
        : StepBits((uint)(word >> 32) ^ StepBits((uint)word ^ crc, 32), 32);

    private static uint StepBits(uint crc, int bits)
    {
        const uint Reflected = 0x82F63B78;
        for (int i = 0; i < bits; i++)
        {
            crc = (crc >> 1) ^ (0 - (crc & 1) & Reflected);
        }

        return crc;
    }

    /// <summary>Reduces whole blocks to 128 bits that have the same remainder, and those by the CRC instruction.</summary>
    private static uint Fold(ReadOnlySpan<byte> source, ref byte target, uint crc)
    {
        ref byte at = ref MemoryMarshal.GetReference(source);
        nuint length = (nuint)source.Length;
        Vector128<ulong> a = Load(ref at, ref target, 0) ^ Vector128.CreateScalar((ulong)crc);
        Vector128<ulong> b = Load(ref at, ref target, 16);
        Vector128<ulong> c = Load(ref at, ref target, 32);
        Vector128<ulong> d = Load(ref at, ref target, 48);
        Vector128<ulong> by = FoldBy512;
        for (nuint i = FoldedBlock; i < length; i += FoldedBlock)
        {
            a = FoldInto(a, by, Load(ref at, ref target, i));
            b = FoldInto(b, by, Load(ref at, ref target, i + 16));
            c = FoldInto(c, by, Load(ref at, ref target, i + 32));
            d = FoldInto(d, by, Load(ref at, ref target, i + 48));
        }

        return Reduce(FoldInto(FoldInto(FoldInto(a, FoldBy128, b), FoldBy128, c), FoldBy128, d));
    }

    /// <summary>As <see cref="Fold"/>, two lanes in each register.</summary>
    private static uint FoldWide(ReadOnlySpan<byte> source, ref byte target, uint crc)
    {
        ref byte at = ref MemoryMarshal.GetReference(source);
        nuint length = (nuint)source.Length;
        Vector256<ulong> a = LoadWide(ref at, ref target, 0) ^ Vector256.CreateScalar((ulong)crc);
        Vector256<ulong> b = LoadWide(ref at, ref target, 32);
        Vector256<ulong> c = LoadWide(ref at, ref target, 64);
        Vector256<ulong> d = LoadWide(ref at, ref target, 96);
        Vector256<ulong> by = Vector256.Create(FoldBy1024, FoldBy1024);
        for (nuint i = WideBlock; i < length; i += WideBlock)
        {
            a = FoldInto(a, by, LoadWide(ref at, ref target, i));
            b = FoldInto(b, by, LoadWide(ref at, ref target, i + 32));
            c = FoldInto(c, by, LoadWide(ref at, ref target, i + 64));
            d = FoldInto(d, by, LoadWide(ref at, ref target, i + 96));
        }

        Vector128<ulong> lane = a.GetLower();
        foreach (Vector128<ulong> next in (ReadOnlySpan<Vector128<ulong>>)
            [a.GetUpper(), b.GetLower(), b.GetUpper(), c.GetLower(), c.GetUpper(), d.GetLower(), d.GetUpper()])
        {
            lane = FoldInto(lane, FoldBy128, next);
        }

        return Reduce(lane);
    }

    private static uint Reduce(Vector128<ulong> lane) => StepWord(StepWord(0, lane.GetElement(0)), lane.GetElement(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load(ref byte start, ref byte target, nuint offset)
    {
        Vector128<byte> loaded = Vector128.LoadUnsafe(ref start, offset);
        if (!Unsafe.IsNullRef(ref target))
        {
            loaded.StoreUnsafe(ref target, offset);
        }

        return loaded.AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> LoadWide(ref byte start, ref byte target, nuint offset)
    {
        Vector256<byte> loaded = Vector256.LoadUnsafe(ref start, offset);
        if (!Unsafe.IsNullRef(ref target))
        {
            loaded.StoreUnsafe(ref target, offset);
        }

        return loaded.AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> FoldInto(Vector256<ulong> lanes, Vector256<ulong> by, Vector256<ulong> next) =>
        Pclmulqdq.V256.CarrylessMultiply(lanes, by, 0x00) ^ Pclmulqdq.V256.CarrylessMultiply(lanes, by, 0x11) ^ next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> FoldInto(Vector128<ulong> lane, Vector128<ulong> by, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(lane, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, by, 0x11) ^ next;

    /// <summary>
    /// x^(distance + 32) and x^(distance - 32) modulo the polynomial, reflected, one up as a product of reflected
    /// operands requires it.
    /// </summary>
    private static Vector128<ulong> FoldConstants(int distance) => Vector128.Create(Reflect(Power(distance + 32)), Reflect(Power(distance - 32)));

    private static uint Power(int exponent)
    {
        uint remainder = 1;
        for (int i = 0; i < exponent; i++)
        {
            remainder = (remainder << 1) ^ (0 - (remainder >> 31) & Polynomial);
        }

        return remainder;
    }

    /// <summary>The bits of a remainder in reverse order, as the upper end of 33 bits.</summary>
    private static ulong Reflect(uint value)
    {
        ulong reflected = 0;
        for (int i = 0; i < 32; i++)
        {
            reflected |= (ulong)((value >> i) & 1) << (32 - i);
        }

        return reflected;
    }
}
