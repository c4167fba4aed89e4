using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Tests.Descriptions;

public class DeviceDescriptionTests
{
    private readonly DeviceDescription card = new(
        "acme", new DescriptionField("a", "1", FieldKind.Identity), new DescriptionField("b", "2", FieldKind.Creation));

    [Fact]
    public void Indexer_ByName_IsTheValueOrNull()
    {
        Assert.Equal("2", card["b"]);
        Assert.Null(card["c"]);
        Assert.Null(card["A"]);
    }

    [Fact]
    public void With_SomeValues_ReplacesThoseItHasAndLeavesTheFirstAlone()
    {
        DeviceDescription other = card.With(new Dictionary<string, string> { ["b"] = "3", ["c"] = "4" });

        Assert.Equal([new("a", "1", FieldKind.Identity), new("b", "3", FieldKind.Creation)], other.Fields);
        Assert.Equal(("acme", "2"), (other.Vendor, card["b"]));
    }

    [Fact]
    public void Fields_AfterTheListWasChanged_StayAsTheyWere()
    {
        List<DescriptionField> fields = [new("a", "1", FieldKind.Identity)];
        var description = new DeviceDescription("acme", fields);
        fields.Clear();

        Assert.Single(description.Fields);
    }

    [Fact]
    public void ToString_OfADescription_IsNamesAndValues() => Assert.Equal("a=1,b=2", card.ToString());
}
