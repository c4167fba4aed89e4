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

    /// <summary>The polynomial without x^32, highest power first.</summary>
    private const uint Polynomial = 0x1EDC6F41;

    /// <summary>For folding over four lanes of 128 bits, and over one.</summary>
    private static readonly Vector128<ulong> FoldBy512 = FoldConstants(512);
    private static readonly Vector128<ulong> FoldBy128 = FoldConstants(128);

    /// <summary>The checksum of some bytes, or of all bytes when <paramref name="before"/> is the checksum of what precedes them.</summary>
    public static uint Compute(ReadOnlySpan<byte> source, uint before = 0)
    {
        uint crc = ~before;
        if (Pclmulqdq.IsSupported && source.Length >= 4 * FoldedBlock)
        {
            int folded = source.Length & ~(FoldedBlock - 1);
            crc = Fold(source[..folded], crc);
            source = source[folded..];
        }

        return ~Step(crc, source);
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
    private static uint Fold(ReadOnlySpan<byte> source, uint crc)
    {
        ReadOnlySpan<Vector128<ulong>> lanes = MemoryMarshal.Cast<byte, Vector128<ulong>>(source);
        Vector128<ulong> a = lanes[0] ^ Vector128.CreateScalar((ulong)crc);
        Vector128<ulong> b = lanes[1];
        Vector128<ulong> c = lanes[2];
        Vector128<ulong> d = lanes[3];
        Vector128<ulong> by = FoldBy512;
        for (int i = 4; i + 3 < lanes.Length; i += 4)
        {
            a = FoldInto(a, by, lanes[i]);
            b = FoldInto(b, by, lanes[i + 1]);
            c = FoldInto(c, by, lanes[i + 2]);
            d = FoldInto(d, by, lanes[i + 3]);
        }

        a = FoldInto(FoldInto(FoldInto(a, FoldBy128, b), FoldBy128, c), FoldBy128, d);
        return StepWord(StepWord(0, a.GetElement(0)), a.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> FoldInto(Vector128<ulong> lane, Vector128<ulong> by, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(lane, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, by, 0x11) ^ next;

    /// <summary>
    /// x^(distance + 32) and x^(distance - 32) modulo the polynomial, reflected, one up as a product of reflected
    /// operands wants it.
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
