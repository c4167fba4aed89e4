using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vfio.Tests.Migration.Streams;

public class StateReaderTests
{
    [Fact]
    public void EmptyReader_IsComplete() => Assert.True(new StateReader([]).IsComplete);

    [Fact]
    public void BytesLeft_AreNotComplete()
    {
        var reader = new StateReader([1, 2]);
        reader.ReadByte();

        Assert.False(reader.IsComplete);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(100)]
    public void ReadBeyondTheEnd_IsZeroAndNeverCompleteAgain(int width)
    {
        var reader = new StateReader(Enumerable.Repeat((byte)0xFF, width - 1).ToArray());

        ulong value = width switch
        {
            1 => reader.ReadByte(),
            2 => reader.ReadUInt16(),
            4 => reader.ReadUInt32(),
            8 => reader.ReadUInt64(),
            _ => (ulong)reader.ReadBytes(width).Length,
        };

        Assert.Equal(0ul, value);
        Assert.False(reader.IsComplete);
        Assert.Equal((0, false), (reader.ReadByte(), reader.IsComplete));
        Assert.True(reader.ReadBytes(0).IsEmpty);
        Assert.False(reader.IsComplete);
    }

    /// <summary>A length that came with the stream may be anything.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void LengthThatIsInvalid_IsAShortRead(int count)
    {
        var reader = new StateReader([1, 2, 3]);

        Assert.True(reader.ReadBytes(count).IsEmpty);
        Assert.False(reader.IsComplete);
    }

    [Fact]
    public void ReadBytes_OfEverything_IsComplete()
    {
        var reader = new StateReader([1, 2, 3]);

        Assert.Equal([1, 2, 3], reader.ReadBytes(3).ToArray());
        Assert.True(reader.IsComplete);
    }
}
