using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Buses.Pci;

namespace VfioMigration.Buses.Tests.Pci;

public class PciConfigSpaceTests
{
    private static readonly PciIds Ids = new(0x8086, 0x591D, 0x1234, 0x5678, 0x030000, 0x04);
    private static readonly byte[] VendorAndDevice = [0x86, 0x80, 0x1D, 0x59];
    private static readonly byte[] RevisionAndClass = [0x04, 0x00, 0x00, 0x03];
    private static readonly byte[] Subsystem = [0x34, 0x12, 0x78, 0x56];
    private readonly PciConfigSpace config = new(Ids);

    [Fact]
    public void Read_OfAFreshSpace_ShowsTheIdentity()
    {
        byte[] bytes = ReadAll();

        Assert.Equal(VendorAndDevice, bytes[..4]);
        Assert.Equal(RevisionAndClass, bytes[8..12]);
        Assert.Equal(Subsystem, bytes[0x2C..0x30]);
    }

    [Theory]
    [InlineData(0x04, 0x47)]
    [InlineData(0x05, 0x05)]
    [InlineData(0x0C, 0xFF)]
    [InlineData(0x0D, 0xFF)]
    [InlineData(0x3C, 0xFF)]
    [InlineData(0x06, 0x00)]
    [InlineData(0x0E, 0x00)]
    [InlineData(0x10, 0x00)]
    [InlineData(0xFF, 0x00)]
    public void Write_OfAllOnes_SetsTheWritableBits(int offset, int expected)
    {
        Assert.Equal(1, config.Write(offset, [0xFF]));
        Assert.Equal(expected, ReadAll()[offset]);
    }

    [Fact]
    public void Write_ThenZeros_ClearsTheWritableBits()
    {
        byte[] before = ReadAll();
        config.Write(0, Enumerable.Repeat((byte)0xFF, 256).ToArray());
        Assert.NotEqual(before, ReadAll());

        config.Write(0, new byte[256]);

        Assert.Equal(before, ReadAll());
    }

    [Fact]
    public void Write_OfAnythingAnywhere_KeepsTheIdentity() =>
        Prop.ForAll<byte, byte[]>((offset, bytes) =>
        {
            byte[] source = [.. bytes.Take(256 - offset)];
            config.Write(offset, source);
            byte[] after = ReadAll();
            return after.AsSpan(0, 4).SequenceEqual(VendorAndDevice)
                && after.AsSpan(8, 4).SequenceEqual(RevisionAndClass)
                && after.AsSpan(0x2C, 4).SequenceEqual(Subsystem)
                && (after[5] & ~0x05) == 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_OfAPart_GivesThatPart()
    {
        byte[] part = new byte[2];

        Assert.Equal(2, config.Read(2, part));
        Assert.Equal([0x1D, 0x59], part);
    }

    private byte[] ReadAll()
    {
        byte[] bytes = new byte[PciConfigSpace.Size];
        config.Read(0, bytes);
        return bytes;
    }
}
