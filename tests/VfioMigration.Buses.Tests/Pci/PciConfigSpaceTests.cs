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

    /// <summary>Writing all ones and reading back tells the size, as an operating system probes it.</summary>
    [Theory]
    [InlineData(0, 0x1000u, false, 0xFFFFF000u)]
    [InlineData(5, 0x10000000u, false, 0xF0000000u)]
    [InlineData(1, 16u, false, 0xFFFFFFF0u)]
    [InlineData(2, 8u, true, 0xFFFFFFF9u)]
    [InlineData(3, 0x80000000u, false, 0x80000000u)]
    public void Bar_WrittenWithAllOnes_TellsItsSize(int index, uint size, bool isIo, uint expected)
    {
        config.SetBar(index, size, isIo);
        int at = 0x10 + (4 * index);
        Assert.Equal(isIo ? 1u : 0, BitConverter.ToUInt32(ReadAll(), at));

        config.Write(at, [0xFF, 0xFF, 0xFF, 0xFF]);

        Assert.Equal(expected, BitConverter.ToUInt32(ReadAll(), at));
        Assert.All(Enumerable.Range(0, 6).Where(other => other != index), other =>
            Assert.Equal(0u, BitConverter.ToUInt32(ReadAll(), 0x10 + (4 * other))));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    public void Bar_ThatDoesNotExist_Throws(int index) => Assert.Throws<ArgumentOutOfRangeException>(() => config.SetBar(index, 4096));

    [Fact]
    public void InterruptPin_IsInta()
    {
        config.SetInterruptPin();
        config.Write(0x3D, [0]);

        Assert.Equal(1, ReadAll()[0x3D]);
    }

    [Fact]
    public void Command_IsWhatTheUserWrote()
    {
        Assert.Equal(0, config.Command);
        config.Write(0x04, [0xFF, 0xFF]);
        Assert.Equal(0x0547, config.Command);
    }

    [Fact]
    public void Capabilities_AreALinkedListInTheirOrder()
    {
        Assert.Equal((0, 0), (ReadAll()[0x06] & 0x10, ReadAll()[0x34]));

        int first = config.AddCapability(0x05, new byte[12], new byte[12]);
        int second = config.AddCapability(0x09, [1, 2, 3], new byte[3]);
        int third = config.AddCapability(0x11, [0xAA, 0xBB], [0, 0]);

        byte[] bytes = ReadAll();
        Assert.Equal((0x40, 0x50, 0x58), (first, second, third));
        Assert.Equal(0x10, bytes[0x06] & 0x10);
        Assert.Equal(0x40, bytes[0x34]);
        Assert.Equal([0x05, 0x50], bytes[0x40..0x42]);
        Assert.Equal([0x09, 0x58, 1, 2, 3], bytes[0x50..0x55]);
        Assert.Equal([0x11, 0x00, 0xAA, 0xBB], bytes[0x58..0x5C]);
    }

    [Fact]
    public void Capability_IsWritableWhereItSays()
    {
        int at = config.AddCapability(0x05, [0x80, 0x10, 0x55], [0x01, 0x00, 0xF0]);

        config.Write(at, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);

        Assert.Equal([0x05, 0x00, 0x81, 0x10, 0x05], ReadAll()[at..(at + 5)]);
    }

    [Fact]
    public void Load_OfASpaceOfTheSameFunction_TakesOverWhatTheUserProgrammed()
    {
        config.SetBar(0, 4096);
        var other = new PciConfigSpace(Ids);
        other.SetBar(0, 4096);
        other.Write(0x04, [0x06, 0x04]);
        other.Write(0x10, [0x00, 0x00, 0x00, 0xFE]);
        byte[] saved = new byte[256];
        other.Read(0, saved);

        Assert.True(config.TryLoad(saved));

        Assert.Equal(saved, ReadAll());
        Assert.Equal(0x0406, config.Command);
    }

    [Fact]
    public void Load_OfAnythingElse_IsRefusedWithoutEffect()
    {
        config.SetBar(0, 4096);
        config.Write(0x04, [0x07]);
        byte[] before = ReadAll();
        foreach (int at in (int[])[0x00, 0x03, 0x06, 0x09, 0x10, 0x2E, 0x34, 0xFF])
        {
            byte[] foreign = [.. before];
            foreign[0x04] = 0;
            foreign[at] ^= 0x08;
            Assert.False(config.TryLoad(foreign));
            Assert.Equal(before, ReadAll());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(257)]
    public void Load_OfAnotherSize_IsRefused(int size) => Assert.False(config.TryLoad(new byte[size]));

    private byte[] ReadAll()
    {
        byte[] bytes = new byte[PciConfigSpace.Size];
        config.Read(0, bytes);
        return bytes;
    }
}
