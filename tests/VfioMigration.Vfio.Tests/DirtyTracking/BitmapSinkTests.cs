using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Tests.DirtyTracking;

public class BitmapSinkTests
{
    [Fact]
    public void Take_OfAWord_PutsBitZeroOfByteZeroFirst()
    {
        byte[] bitmap = new byte[16];
        new BitmapSink(bitmap, 64).Take(64, [0x8000_0000_0000_0201, 1]);

        Assert.Equal([0x01, 0x02, 0, 0, 0, 0, 0, 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0], bitmap);
    }

    [Fact]
    public void Take_OverSetBits_OnlySets()
    {
        byte[] bitmap = [0x0F, 0xF0, 0, 0, 0, 0, 0, 0];
        new BitmapSink(bitmap, 0).Take(0, [0x3C]);

        Assert.Equal([0x3F, 0xF0, 0, 0, 0, 0, 0, 0], bitmap);
    }

    [Fact]
    public void Take_OfPagesBeforeTheBitmap_KeepsWhatLiesInside()
    {
        byte[] bitmap = new byte[8];
        new BitmapSink(bitmap, 70).Take(64, [0b11 << 6]);

        Assert.Equal([0b11, 0, 0, 0, 0, 0, 0, 0], bitmap);
    }

    [Fact]
    public void Take_OfZerosBeyondTheEnd_IsIgnored()
    {
        byte[] bitmap = new byte[3];
        new BitmapSink(bitmap, 0).Take(0, [0x800000, 0, 0]);

        Assert.Equal([0, 0, 0x80], bitmap);
    }

    /// <summary>Any alignment of the bitmap's origin, any number of words, any place of the bitmap in memory.</summary>
    [Fact]
    public void Take_OfAnything_SetsTheBitOfEveryPage()
    {
        Gen<(int Origin, int Skew, int First, ulong[] Words)> cases =
            from origin in Gen.Choose(0, 200)
            from skew in Gen.Choose(0, 8)
            from first in Gen.Choose(0, 5)
            from length in Gen.Choose(0, 40)
            from words in Gen.Choose(int.MinValue, int.MaxValue).Select(value => (ulong)value * 0x9E37_79B9_7F4A_7C15).ArrayOf(length)
            select (origin, skew, first * 64, words);

        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            ulong[] words = test.Words;
            for (int bit = 0; bit < words.Length * 64 && bit + test.First < test.Origin; bit++)
            {
                words[bit / 64] &= ~(1UL << (bit % 64));
            }

            int skipped = Math.Max(0, (test.Origin - test.First) / 64);
            byte[] memory = new byte[test.Skew + (64 * 8)];
            memory.AsSpan().Fill(0x11);
            if (skipped < words.Length)
            {
                new BitmapSink(memory.AsSpan(test.Skew), (ulong)test.Origin).Take((ulong)(test.First + (skipped * 64)), words.AsSpan(skipped));
            }

            return memory.SequenceEqual(Expected(test.Origin, test.Skew, test.First, words));
        }).QuickCheckThrowOnFailure();
    }

    private static byte[] Expected(int origin, int skew, int first, ulong[] words)
    {
        byte[] memory = new byte[skew + (64 * 8)];
        memory.AsSpan().Fill(0x11);
        for (int bit = 0; bit < words.Length * 64; bit++)
        {
            if ((words[bit / 64] & (1UL << (bit % 64))) != 0)
            {
                int at = first + bit - origin;
                memory[skew + (at / 8)] |= (byte)(1 << (at % 8));
            }
        }

        return memory;
    }
}
