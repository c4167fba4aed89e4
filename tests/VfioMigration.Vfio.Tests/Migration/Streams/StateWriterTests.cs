using FsCheck.Fluent;

using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Tests.Support;

namespace VfioMigration.Vfio.Tests.Migration.Streams;

public class StateWriterTests
{
    [Fact]
    public void Values_AreLittleEndianOneAfterTheOther()
    {
        var writer = new StateWriter();
        writer.Write((byte)0x01);
        writer.Write((ushort)0x0302);
        writer.Write(0x07060504u);
        writer.Write(0x0F0E0D0C0B0A0908ul);
        writer.Write([0x10, 0x11]);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17], writer.Written.ToArray());
    }

    [Fact]
    public void NewWriter_HasWrittenNothing() => Assert.Equal(0, new StateWriter().Written.Length);

    /// <summary>The number's low byte says which width it is written with.</summary>
    [Fact]
    public void AnyValues_AreReadBackAsTheyWereWritten() =>
        Quietly.Check(Gen.Choose(int.MinValue, int.MaxValue).Select(number => (ulong)(long)number * 0x9E3779B97F4A7C15).ListOf(), numbers =>
        {
            var writer = new StateWriter();
            foreach (ulong number in numbers)
            {
                Write(writer, number);
            }

            var reader = new StateReader(writer.Written);
            foreach (ulong number in numbers)
            {
                Assert.True(IsNext(ref reader, number));
            }

            Assert.True(reader.IsComplete);
        });

    private static void Write(StateWriter writer, ulong number)
    {
        switch (number % 4)
        {
            case 0:
                writer.Write((byte)number);
                break;
            case 1:
                writer.Write((ushort)number);
                break;
            case 2:
                writer.Write((uint)number);
                break;
            default:
                writer.Write(number);
                break;
        }
    }

    private static bool IsNext(ref StateReader reader, ulong number) => (number % 4) switch
    {
        0 => reader.ReadByte() == (byte)number,
        1 => reader.ReadUInt16() == (ushort)number,
        2 => reader.ReadUInt32() == (uint)number,
        _ => reader.ReadUInt64() == number,
    };
}
