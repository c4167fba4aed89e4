using System.Text;

using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vfio.Tests.Migration.Streams;

public sealed class Crc32CTests
{
    /// <summary>RFC 3720, appendix B.4, and the usual check value.</summary>
    [Theory]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("", 0u)]
    public void KnownText_HasItsPublishedChecksum(string text, uint expected) =>
        Assert.Equal(expected, Crc32C.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void ThirtyTwoZeroes_HaveTheirPublishedChecksum() => Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));

    [Fact]
    public void EveryLength_EqualsBitByBit()
    {
        byte[] bytes = new byte[1500];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(BitByBit(bytes.AsSpan(0, length)), Crc32C.Compute(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Pieces_GiveTheChecksumOfTheWhole()
    {
        byte[] bytes = new byte[5000];
        new Random(2).NextBytes(bytes);
        for (int cut = 0; cut < bytes.Length; cut += 37)
        {
            Assert.Equal(Crc32C.Compute(bytes), Crc32C.Compute(bytes.AsSpan(cut), Crc32C.Compute(bytes.AsSpan(0, cut))));
        }
    }

    [Fact]
    public void Copy_HasTheBytesAndTheirChecksum()
    {
        byte[] bytes = new byte[1500];
        new Random(3).NextBytes(bytes);
        for (int length = 0; length < bytes.Length; length += 7)
        {
            byte[] target = new byte[length + 1];
            Assert.Equal(Crc32C.Compute(bytes.AsSpan(0, length), 5), Crc32C.Copy(bytes.AsSpan(0, length), target, 5));
            Assert.Equal(bytes.AsSpan(0, length), target.AsSpan(0, length));
            Assert.Equal(0, target[length]);
        }
    }

    [Fact]
    public void CopyIntoLessRoom_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Crc32C.Copy(new byte[1000], new byte[999]));

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }
}
