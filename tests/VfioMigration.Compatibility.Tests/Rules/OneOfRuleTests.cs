using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Rules;

/// <summary>R23.</summary>
public class OneOfRuleTests
{
    private readonly Dictionary<string, string[]> table = new() { ["new"] = ["old", "older"], ["alone"] = [] };
    private readonly OneOfRule rule;

    public OneOfRuleTests() => rule = new OneOfRule("hardware", "id", value => table.GetValueOrDefault(value) ?? [], "card");

    [Theory]
    [InlineData("new", "new", true)]
    [InlineData("old", "new", true)]
    [InlineData("older", "new", true)]
    [InlineData("new", "old", false)]
    [InlineData("alone", "alone", true)]
    [InlineData("old", "alone", false)]
    [InlineData("unlisted", "unlisted", true)]
    public void FindObjection_ByTheTable_AcceptsWhatTheTargetLists(string source, string target, bool accepted) =>
        Assert.Equal(
            accepted ? null : $"card {source} does not match {target}",
            rule.FindObjection(Cards.With(("id", source)), Cards.With(("id", target))));

    [Fact]
    public void FindObjection_OfASourceWithoutTheField_Objects() =>
        Assert.Equal("card (absent) does not match new", rule.FindObjection(Cards.With(), Cards.With(("id", "new"))));

    [Fact]
    public void Alternatives_OfADevice_AreItsOwnValueThenTheTable()
    {
        table["new"] = ["old", "new", "older"];

        Assert.Equal(["new", "old", "older"], ValuesOf(Cards.With(("id", "new"))));
    }

    [Fact]
    public void Alternatives_OfADeviceWithoutTheField_DoNotAskTheTable() =>
        Assert.Empty(Assert.Single(new OneOfRule("r", "id", value => [value.ToUpperInvariant()]).Alternatives(Cards.With())));

    private IEnumerable<string> ValuesOf(DeviceDescription target) => rule.Alternatives(target).Select(choice => choice["id"]);
}
