using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests.Regions;

public class DeviceMemoryTests
{
    private const int Page = Uapi.Page.Size;
    private readonly DeviceMemory memory = new(70 * Page);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Page + 1)]
    public void Length_ThatIsNoWholePages_Throws(int length) =>
        Assert.ThrowsAny<ArgumentException>(() => new DeviceMemory(length));

    [Fact]
    public void Writes_AreReadBackAndMarkTheirPages()
    {
        memory.Write((64 * Page) - 1, [1, 2]);
        byte[] bytes = new byte[4];
        memory.Read((64 * Page) - 2, bytes);

        Assert.Equal([0, 1, 2, 0], bytes);
        Assert.Equal(2ul * Page, memory.DirtyBytes);
        Assert.Equal([63, 64], TakeDirty());
        Assert.Equal(0ul, memory.DirtyBytes);
        Assert.Empty(TakeDirty());
    }

    [Fact]
    public void EmptyWrite_MarksNothing()
    {
        memory.Write(0, []);
        memory.Write(memory.Length, []);

        Assert.Equal(0ul, memory.DirtyBytes);
    }

    [Fact]
    public void Writes_OutsideTheMemory_ThrowAndMarkNothing()
    {
        Assert.ThrowsAny<ArgumentException>(() => memory.Write(memory.Length, [1]));
        Assert.ThrowsAny<ArgumentException>(() => memory.Write(-1, [1]));
        Assert.Equal(0ul, memory.DirtyBytes);
    }

    [Fact]
    public void Clear_ZeroesAndMarksEverything()
    {
        memory.Write(5, [1]);
        memory.Clear();

        Assert.True(memory.Content.IndexOfAnyExcept((byte)0) < 0);
        Assert.Equal(Enumerable.Range(0, 70), TakeDirty());
    }

    [Fact]
    public void Exchange_MakesTheOldContentTheSpare()
    {
        Memory<byte> old = memory.Bytes;
        Memory<byte> loaded = memory.TakeSpare();
        Assert.Equal(memory.Length, loaded.Length);
        loaded.Span.Fill(7);

        memory.Exchange(loaded);

        Assert.Equal(7, memory.Content[^1]);
        Assert.Equal((ulong)memory.Length, memory.DirtyBytes);
        Assert.True(memory.TakeSpare().Equals(old));
        Assert.False(memory.TakeSpare().Equals(old));
    }

    [Fact]
    public void AnyWrites_MarkExactlyTheirPages() =>
        Quietly.Check(
            (from offset in Gen.Choose(0, (70 * Page) - 1) from length in Gen.Choose(0, 3 * Page) select (offset, length)).ListOf(),
            writes =>
            {
                var fresh = new DeviceMemory(70 * Page);
                var expected = new SortedSet<int>();
                foreach ((int offset, int length) in writes)
                {
                    byte[] bytes = new byte[Math.Min(length, fresh.Length - offset)];
                    fresh.Write(offset, bytes);
                    expected.UnionWith(bytes.Select((_, i) => (offset + i) / Page));
                }

                Assert.Equal((ulong)(expected.Count * Page), fresh.DirtyBytes);
                Assert.Equal(expected, TakeDirty(fresh));
            });

    private int[] TakeDirty() => TakeDirty(memory);

    private static int[] TakeDirty(DeviceMemory memory)
    {
        byte[] bitmap = new byte[16];
        memory.TakeDirty(bitmap);
        return [.. Enumerable.Range(0, 128).Where(page => (bitmap[page / 8] & (1 << (page % 8))) != 0)];
    }
}
