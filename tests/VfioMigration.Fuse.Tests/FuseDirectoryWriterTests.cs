using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

public sealed class FuseDirectoryWriterTests
{
    [Theory]
    [InlineData(1, 32)]
    [InlineData(8, 32)]
    [InlineData(9, 40)]
    [InlineData(255, 280)]
    public void Entry_TakesItsSizeRoundedUpToEight(int nameLength, int size)
    {
        var plain = new FuseDirectoryWriter(new byte[1000], plus: false);
        var plus = new FuseDirectoryWriter(new byte[1000], plus: true);

        plain.Add(new byte[nameLength], 1, 4, 1, default);
        plus.Add(new byte[nameLength], 1, 4, 1, default);

        Assert.Equal(size, plain.Length);
        Assert.Equal(128 + size, plus.Length);
    }

    [Theory]
    [InlineData(31, false, false)]
    [InlineData(32, false, true)]
    [InlineData(159, true, false)]
    [InlineData(160, true, true)]
    public void Fits_KnowsTheExactSize(int room, bool plus, bool fits) =>
        Assert.Equal(fits, new FuseDirectoryWriter(new byte[room], plus).Fits(8));

    [Fact]
    public void Fits_CountsWhatIsWritten()
    {
        var writer = new FuseDirectoryWriter(new byte[64], plus: false);
        writer.Add("a"u8, 1, 4, 1, default);

        Assert.True(writer.Fits(8));
        writer.Add("b"u8, 2, 4, 2, default);
        Assert.False(writer.Fits(1));
    }

    [Fact]
    public void Padding_IsZeroWhateverWasInTheBuffer()
    {
        byte[] buffer = new byte[32];
        Array.Fill(buffer, (byte)0xEE);
        var writer = new FuseDirectoryWriter(buffer, plus: false);

        writer.Add("abc"u8, 1, 4, 1, default);

        Assert.Equal(new byte[5], buffer[27..]);
    }

    [Fact]
    public void Entries_CarryEverythingGiven()
    {
        byte[] buffer = new byte[4096];
        var writer = new FuseDirectoryWriter(buffer, plus: true);
        var lookup = new FuseEntryOut { NodeId = 7, Attr = new FuseAttr { Mode = 0x41ED } };

        writer.Add("."u8, 5, 4, 1, default);
        writer.Add("näme"u8, 6, 10, 99, lookup);

        Assert.Equal(
            [new DirectoryListing.Entry(".", 5, 1, 4, default), new DirectoryListing.Entry("näme", 6, 99, 10, lookup)],
            DirectoryListing.Parse(buffer.AsSpan(0, writer.Length), plus: true));
    }

    [Fact]
    public void WhateverFits_ComesBackAndStaysInTheBuffer()
    {
        Gen<(int Room, int[] Names, bool Plus)> listings =
            from room in Gen.Choose(0, 2000)
            from names in Gen.Choose(1, 255).ArrayOf()
            from plus in Gen.Elements(false, true)
            select (room, names, plus);
        Quietly.Check(listings, listing =>
        {
            byte[] buffer = new byte[listing.Room];
            var writer = new FuseDirectoryWriter(buffer, listing.Plus);
            var written = new List<string>();
            foreach (int length in listing.Names)
            {
                if (!writer.Fits(length))
                {
                    break;
                }

                string name = new('n', length);
                writer.Add(System.Text.Encoding.UTF8.GetBytes(name), 1, 4, 1, default);
                written.Add(name);
            }

            Assert.Equal(0, writer.Length % 8);
            Assert.InRange(writer.Length, 0, listing.Room);
            Assert.Equal(written, DirectoryListing.Names(buffer.AsSpan(0, writer.Length), listing.Plus));
        });
    }
}
