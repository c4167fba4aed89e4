using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Rules;

public class EqualRuleTests
{
    private static readonly DeviceDescription Two = Cards.With(("ports", "2"));

    [Fact]
    public void FindObjection_OfTheSameValue_IsNull() =>
        Assert.Null(new EqualRule("ports", "ports").FindObjection(Cards.With(("ports", "2")), Two));

    [Fact]
    public void FindObjection_OfAnotherValue_NamesBothAndTheLabel()
    {
        DeviceDescription one = Cards.With(("ports", "1"));

        Assert.Equal("ports 1 does not match 2", new EqualRule("r", "ports").FindObjection(one, Two));
        Assert.Equal("number of ports 1 does not match 2", new EqualRule("r", "ports", "number of ports").FindObjection(one, Two));
    }

    [Fact]
    public void FindObjection_OfAFieldThatOneSideLacks_SaysAbsent()
    {
        var rule = new EqualRule("r", "ports");

        Assert.Equal("ports (absent) does not match 2", rule.FindObjection(Cards.With(), Two));
        Assert.Equal("ports 2 does not match (absent)", rule.FindObjection(Two, Cards.With()));
        Assert.Null(rule.FindObjection(Cards.With(), Cards.With()));
    }

    [Fact]
    public void Alternatives_OfADevice_AreItsOwnValue()
    {
        Assert.Equal("2", Assert.Single(new EqualRule("r", "ports").Alternatives(Two))["ports"]);
        Assert.Empty(Assert.Single(new EqualRule("r", "ports").Alternatives(Cards.With())));
    }
}
