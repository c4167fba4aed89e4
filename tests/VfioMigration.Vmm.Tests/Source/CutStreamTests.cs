using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests.Source;

public sealed class CutStreamTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 4)]
    [InlineData(5, 6)]
    [InlineData(9, 10)]
    public void WriteBeyondTheByte_PassesWhatComesBeforeAndBreaks(int at, int writes)
    {
        (DuplexStream near, DuplexStream far) = DuplexStream.Pair();
        using var cut = new CutStream(near, at);

        Assert.Throws<IOException>(() =>
        {
            for (int i = 0; i < writes; i++)
            {
                cut.Write([(byte)i]);
            }
        });

        byte[] arrived = new byte[16];
        int length = at == 0 ? 0 : far.ReadAtLeast(arrived, at);
        Assert.Equal(Enumerable.Range(0, at).Select(i => (byte)i), arrived[..length]);
        Assert.Equal(0, far.Read(arrived));
    }

    [Fact]
    public void WriteAcrossTheByte_IsCutInTheMiddle()
    {
        (DuplexStream near, DuplexStream far) = DuplexStream.Pair();
        using var cut = new CutStream(near, 2);

        Assert.Throws<IOException>(() => cut.Write([1, 2, 3, 4]));

        byte[] arrived = new byte[16];
        Assert.Equal(2, far.Read(arrived));
    }

    [Fact]
    public void ReadsAndWritesBefore_Pass()
    {
        (DuplexStream near, DuplexStream far) = DuplexStream.Pair();
        using var cut = new CutStream(near, 4);
        cut.Write([1, 2, 3, 4]);
        far.Write([5, 6]);

        byte[] arrived = new byte[16];
        Assert.Equal((4, 2), (far.Read(arrived), cut.Read(arrived)));
    }
}
