using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

public sealed class FuseNegotiationTests
{
    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(44u, 44u)]
    [InlineData(45u, 45u)]
    [InlineData(46u, 45u)]
    [InlineData(uint.MaxValue, 45u)]
    public void Minor_IsTheSmallerOne(uint offered, uint settled) =>
        Assert.Equal(settled, FuseNegotiation.Of(offered, FuseInitFlags.None).Minor);

    [Fact]
    public void NothingOffered_NothingInForce() => Assert.Equal(FuseInitFlags.None, FuseNegotiation.Of(45, FuseInitFlags.None).Flags);

    [Fact]
    public void EverythingOffered_OnlyWantedIsInForce() =>
        Assert.Equal(FuseNegotiation.Wanted, FuseNegotiation.Of(45, (FuseInitFlags)ulong.MaxValue).Flags);

    /// <summary>Writeback caching, splicing and the like would change what sysfs means; bits of fuse.h.</summary>
    [Theory]
    [InlineData(16)] // FUSE_WRITEBACK_CACHE
    [InlineData(12)] // FUSE_AUTO_INVAL_DATA
    [InlineData(24)] // FUSE_NO_OPENDIR_SUPPORT
    [InlineData(4)] // FUSE_EXPORT_SUPPORT
    [InlineData(29)] // FUSE_SETXATTR_EXT: its request has another shape
    [InlineData(32)] // FUSE_SECURITY_CTX: its requests carry extensions
    public void UnservedCapability_IsNotWanted(int bit) => Assert.Equal(0ul, (ulong)FuseNegotiation.Wanted & (1ul << bit));
}
