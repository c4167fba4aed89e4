using System.Text;

namespace VfioMigration.Vendors.External.Tests;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", "", null)]
    [InlineData("a\n\nbc\n", "a||bc", null)]
    [InlineData("a\nb", "a", "the last line has no newline")]
    [InlineData("12345678\n", "12345678", null)]
    [InlineData("a\n123456789\nb\n", "a", "a line of more than 8 bytes")]
    [InlineData("123456789", "", "a line of more than 8 bytes")]
    public void Stream_IsItsLinesUntilOneIsWrong(string text, string lines, string? problem)
    {
        foreach (int chunk in (int[])[1, 3, 4096])
        {
            var reader = new LineReader(new Chunks(Encoding.ASCII.GetBytes(text), chunk), 8);
            var read = new List<string>();
            string? found;
            while (reader.TryRead(out ReadOnlyMemory<byte> line, out found))
            {
                read.Add(Encoding.ASCII.GetString(line.Span));
            }

            Assert.Equal((lines, problem), (string.Join('|', read), found));
        }
    }

    [Fact]
    public void LineLongerThanTheFirstBuffer_IsRead()
    {
        string line = new('x', 100_000);
        var reader = new LineReader(new Chunks(Encoding.ASCII.GetBytes($"{line}\n{line}\n"), 7000), 100_000);

        Assert.True(reader.TryRead(out ReadOnlyMemory<byte> first, out _));
        Assert.Equal(line, Encoding.ASCII.GetString(first.Span));
        Assert.True(reader.TryRead(out ReadOnlyMemory<byte> second, out _));
        Assert.Equal(line, Encoding.ASCII.GetString(second.Span));
    }

    /// <summary>A pipe gives what is there.</summary>
    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));
    }
}
