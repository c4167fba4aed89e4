using VfioMigration.Compatibility.Rules;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Rules;

public class SupersetRuleTests
{
    private readonly SupersetRule rule = new("algorithms", "set", "algorithms");

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "aes", true)]
    [InlineData("aes", "aes,sha", true)]
    [InlineData("sha,aes", "aes,sha", true)]
    [InlineData("aes, sha", "sha,aes", true)]
    [InlineData("aes,aes", "aes", true)]
    [InlineData("aes,sha", "aes", false)]
    [InlineData("aes", "", false)]
    [InlineData("ae", "aes", false)]
    [InlineData("AES", "aes", false)]
    public void FindObjection_BySets_NeedsAllOfTheSources(string source, string target, bool accepted) =>
        Assert.Equal(accepted, rule.FindObjection(Cards.With(("set", source)), Cards.With(("set", target))) is null);

    [Fact]
    public void FindObjection_WithMissingFeatures_NamesThem() => Assert.Equal(
        "this device lacks the source's algorithms md5, des",
        rule.FindObjection(Cards.With(("set", "aes,md5,des")), Cards.With(("set", "aes"))));

    [Fact]
    public void FindObjection_OfASourceWithoutTheField_IsNull()
    {
        Assert.Null(rule.FindObjection(Cards.With(), Cards.With(("set", "aes"))));
        Assert.NotNull(rule.FindObjection(Cards.With(("set", "aes")), Cards.With()));
    }

    [Fact]
    public void Alternatives_OfASmallSet_AreItsSubsetsLargerOnesFirst() => Assert.Equal(
        ["a,b,c", "a,b", "a,c", "b,c", "a", "b", "c", ""],
        rule.Alternatives(Cards.With(("set", "a,b,c"))).Select(choice => choice["set"]));

    [Fact]
    public void Alternatives_OfALargeSet_AreTheWholeAlone() =>
        Assert.Equal("a,b,c,d,e", Assert.Single(rule.Alternatives(Cards.With(("set", "a,b,c,d,e"))))["set"]);
}
