using FsCheck;
using FsCheck.Fluent;

namespace VfioMigration.Uapi.Tests;

public sealed class ErrnoExtensionsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(511, 511)]
    [InlineData(512, 5)]
    [InlineData(523, 5)]
    [InlineData(524, 95)]
    [InlineData(525, 5)]
    [InlineData(600, 5)]
    [InlineData(0, 5)]
    [InlineData(-1, 5)]
    [InlineData(-524, 5)]
    [InlineData(int.MinValue, 5)]
    [InlineData(int.MaxValue, 5)]
    public void Clamp_KeepsWhatUserSpaceMaySee(int errno, int clamped) => Assert.Equal((Errno)clamped, ((Errno)errno).Clamp());

    [Fact]
    public void Clamp_IsAlwaysAcceptedByTheKernel() => Check.One(
        Config.QuickThrowOnFailure.WithQuietOnSuccess(true),
        Prop.ForAll(
            Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(),
            errno => (int)((Errno)errno).Clamp() is >= 1 and <= ErrnoExtensions.Largest));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(22, "EINVAL")]
    [InlineData(524, "ENOTSUPP")]
    [InlineData(131, "ENOTRECOVERABLE")]
    [InlineData(140, "errno 140")]
    [InlineData(-5, "errno -5")]
    public void Name_IsTheSymbolOrTheNumber(int errno, string name) => Assert.Equal(name, ((Errno)errno).Name());

    [Theory]
    [InlineData(Errno.None, "Success")]
    [InlineData(Errno.ENODEV, "No such device")]
    [InlineData(Errno.EUSERS, "Too many users")]
    [InlineData(Errno.EADDRINUSE, "Address already in use")]
    [InlineData(Errno.EADDRNOTAVAIL, "Cannot assign requested address")]
    [InlineData(Errno.EDOM, "Numerical argument out of domain")]
    [InlineData(Errno.ENOTSUPP, "ENOTSUPP")]
    [InlineData((Errno)140, "errno 140")]
    public void Text_IsWhatAShellPrintsOrTheName(Errno errno, string text) => Assert.Equal(text, errno.Text());
}
