using FsCheck;
using FsCheck.Fluent;
using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Tests;

public class SoftwareVersionTests
{
    /// <summary>R37 and P3.</summary>
    [Theory]
    [InlineData("2.0.1", "2.1.1", true)]
    [InlineData("2.1.1", "2.0.1", false)]
    [InlineData("2.0.0", "3.0.0", false)]
    [InlineData("3.0.0", "2.0.0", false)]
    [InlineData("2.0.1", "2.0.0", true)]
    [InlineData("2.0.0", "2.0.1", true)]
    [InlineData("2.0", "2.0.7", true)]
    [InlineData("2.0.7", "2.0", true)]
    [InlineData("1.9", "1.10", true)]
    [InlineData("1.10", "1.9", false)]
    public void Accepts_FromSourceToTarget_FollowsTheTruthTable(string source, string target, bool accepted) =>
        Assert.Equal(accepted, Parse(target).Accepts(Parse(source)));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1..2")]
    [InlineData("1.2.3.4")]
    [InlineData("1.2.")]
    [InlineData("-1.0")]
    [InlineData("+1.0")]
    [InlineData(" 1.0")]
    [InlineData("1.0 ")]
    [InlineData("1.0\n")]
    [InlineData("1.0\0")]
    [InlineData("1.x")]
    [InlineData("0x1.0")]
    [InlineData("1,0")]
    [InlineData("2147483648.0")]
    public void TryParse_OfAnythingElseThanDigitsAndDots_IsFalse(string text) =>
        Assert.False(SoftwareVersion.TryParse(text, out _));

    [Fact]
    public void ToString_OfAnyVersion_ParsesBack() =>
        Prop.ForAll<NonNegativeInt, NonNegativeInt, int>((major, minor, bugfix) =>
        {
            var version = new SoftwareVersion(major.Get, minor.Get, bugfix < 0 ? null : bugfix);
            return SoftwareVersion.TryParse(version.ToString(), out SoftwareVersion parsed) && parsed == version;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Accepts_OfItsOwnVersion_IsTrue() =>
        Prop.ForAll<int, int>((major, minor) => new SoftwareVersion(major, minor).Accepts(new SoftwareVersion(major, minor)))
            .QuickCheckThrowOnFailure();

    private static SoftwareVersion Parse(string text)
    {
        Assert.True(SoftwareVersion.TryParse(text, out SoftwareVersion version));
        return version;
    }
}
