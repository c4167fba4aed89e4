using FsCheck;
using FsCheck.Fluent;
using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Tests;

/// <summary>P9.</summary>
public class VersionRangesTests
{
    [Theory]
    [InlineData("2.0.1", false)]
    [InlineData("2.0.2", true)]
    [InlineData("2.0.3", true)]
    [InlineData("2.0.4", true)]
    [InlineData("2.0.5", false)]
    [InlineData("2.0", false)]
    [InlineData("2.1.0", true)]
    [InlineData("2.1", true)]
    [InlineData("2.1.3", true)]
    [InlineData("2.99.0", true)]
    [InlineData("3.0.0", false)]
    [InlineData("3.1.0", false)]
    [InlineData("1.9.9", false)]
    [InlineData("1.0.3", false)]
    public void Contains_ByTheExampleOfTheProposal_FollowsTheTruthTable(string version, bool contained) =>
        Assert.Equal(contained, Parse("2.0.2-2.0.4,2.1.0-").Contains(Version(version)));

    [Theory]
    [InlineData("2.0", "2.0.9", true)]
    [InlineData("2.0", "2.1", false)]
    [InlineData("2.0.1", "2.0.1", true)]
    [InlineData("2.0.1", "2.0.2", false)]
    [InlineData("2.0-2.3", "2.3.7", true)]
    [InlineData("2.0-2.3", "2.4", false)]
    [InlineData("1.5-2.1", "1.9", true)]
    [InlineData("1.5-2.1", "2.0", true)]
    [InlineData("1.5-2.1", "2.2", false)]
    [InlineData("2.1-2.0", "2.0", false)]
    [InlineData("2.1-", "2.0.9", false)]
    [InlineData("1.0,3.0-", "3.7", true)]
    [InlineData("1.0,3.0-", "2.0", false)]
    [InlineData("1.0-1.1\n", "1.1", true)]
    public void Contains_ByOtherRanges_TakesBothEnds(string ranges, string version, bool contained) =>
        Assert.Equal(contained, Parse(ranges).Contains(Version(version)));

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("2.0,")]
    [InlineData("-2.0")]
    [InlineData("-")]
    [InlineData("2.0-2.1-2.2")]
    [InlineData("2.0--")]
    [InlineData("2")]
    [InlineData("2.0-x")]
    [InlineData("2.0 - 2.1")]
    [InlineData("2.0;2.1")]
    public void TryParse_OfAnythingElse_IsFalse(string text) => Assert.False(VersionRanges.TryParse(text, out _));

    [Theory]
    [InlineData("1.0", "1.0")]
    [InlineData("1.2,1.1,1.0", "1.0-1.2")]
    [InlineData("1.2.3,1.1,1.0", "1.0-1.2")]
    [InlineData("1.0,1.1,1.3", "1.0-1.1,1.3")]
    [InlineData("1.0,1.2,1.4", "1.0,1.2,1.4")]
    [InlineData("2.0,1.1,1.0", "1.0-1.1,2.0")]
    [InlineData("1.0,1.0.1,1.0.2", "1.0")]
    public void Of_Versions_IsTheShortestText(string versions, string expected) =>
        Assert.Equal(expected, VersionRanges.Of(versions.Split(',').Select(Version)));

    [Fact]
    public void Of_Nothing_IsNothing() => Assert.Equal("", VersionRanges.Of([]));

    [Fact]
    public void Of_AnyVersions_ContainsThemAndTheirBugfixesOnly() =>
        Prop.ForAll(Gen.Choose(0, 3).Two().NonEmptyListOf().ToArbitrary(), numbers =>
        {
            SoftwareVersion[] versions = [.. numbers.Select(pair => new SoftwareVersion(pair.Item1, pair.Item2))];
            VersionRanges ranges = Parse(VersionRanges.Of(versions));
            return (from major in Enumerable.Range(0, 5)
                    from minor in Enumerable.Range(0, 5)
                    let listed = versions.Contains(new SoftwareVersion(major, minor))
                    select ranges.Contains(new SoftwareVersion(major, minor)) == listed
                        && ranges.Contains(new SoftwareVersion(major, minor, 7)) == listed).All(static same => same);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_OfAnyText_DoesNotThrow() =>
        Prop.ForAll<NonNull<string>>(text => VersionRanges.TryParse(text.Get, out VersionRanges? parsed) == parsed is not null).QuickCheckThrowOnFailure();

    private static VersionRanges Parse(string text)
    {
        Assert.True(VersionRanges.TryParse(text, out VersionRanges? parsed));
        return parsed;
    }

    private static SoftwareVersion Version(string text)
    {
        Assert.True(SoftwareVersion.TryParse(text, out SoftwareVersion version));
        return version;
    }
}
