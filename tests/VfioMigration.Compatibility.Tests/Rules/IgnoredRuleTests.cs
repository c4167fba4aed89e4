using VfioMigration.Compatibility.Rules;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Rules;

public class IgnoredRuleTests
{
    [Fact]
    public void FindObjection_OfAnything_IsNull()
    {
        var rule = new IgnoredRule("mask", "mask");

        Assert.Null(rule.FindObjection(Cards.With(("mask", "1")), Cards.With(("mask", "2"))));
        Assert.Null(rule.FindObjection(Cards.With(), Cards.With(("mask", "2"))));
        Assert.Equal(["mask"], rule.Fields);
    }
}
