using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Compatibility.Tests.Support;

namespace VfioMigration.Compatibility.Tests.Rules;

/// <summary>R17, R41.</summary>
public class ShareRuleTests
{
    private static readonly string[] Types = [.. Cards.Shares.Keys, "Card_x"];
    private readonly ShareRule rule = new("share", Cards.Shares, 8, "type");

    [Theory]
    [InlineData("Card_2", 1, "Card_4", 2, true)]
    [InlineData("Card_4", 2, "Card_2", 1, true)]
    [InlineData("Card_2", 1, "Card_8", 4, true)]
    [InlineData("Card_4", 4, "Card_1", 1, true)]
    [InlineData("Card_8", 8, "Card_1", 1, true)]
    [InlineData("Card_3", 3, "Card_1", 1, true)]
    [InlineData("Card_2", 1, "Card_4", 1, false)]
    [InlineData("Card_2", 1, "Card_4", 3, false)]
    [InlineData("Card_2", 1, "Card_2", 2, false)]
    [InlineData("Card_2", 1, "Disk_2", 1, false)]
    [InlineData("Card_2", 1, "Card_x", 1, false)]
    [InlineData("Card_x", 3, "Card_x", 3, true)]
    public void FindObjection_ByTheShares_IsAboutTheProduct(string type, int count, string otherType, int otherCount, bool accepted) =>
        Assert.Equal(accepted, rule.FindObjection(Device(type, count), Device(otherType, otherCount)) is null);

    [Fact]
    public void FindObjection_OfAnotherShare_NamesBoth() =>
        Assert.Equal("2 x Card_8 is not the same share as 1 x Card_2", rule.FindObjection(Device("Card_8", 2), Device("Card_2", 1)));

    [Fact]
    public void FindObjection_OfAnotherBase_NamesTheTypes() =>
        Assert.Equal("type Disk_2 does not match Card_2", rule.FindObjection(Device("Disk_2", 1), Device("Card_2", 1)));

    [Theory]
    [InlineData("noise")]
    [InlineData("-2")]
    [InlineData("99999999999")]
    public void FindObjection_OfAnAggregatorThatIsNoNumber_TakesOne(string aggregator) =>
        Assert.NotNull(rule.FindObjection(
            Cards.With((FieldNames.MdevType, "Card_4"), (FieldNames.Aggregator, aggregator)), Device("Card_2", 1)));

    /// <summary>2^31 times 1 over 8 would overflow 32 bits.</summary>
    [Fact]
    public void FindObjection_OfHugeCounts_DoesNotOverflow() =>
        Assert.NotNull(rule.FindObjection(Device("Card_8", int.MaxValue), Device("Card_1", int.MaxValue)));

    [Fact]
    public void FindObjection_WithoutTheFields_Objects()
    {
        Assert.NotNull(rule.FindObjection(Cards.With(), Device("Card_1", 1)));
        Assert.NotNull(rule.FindObjection(Device("Card_1", 1), Cards.With()));
    }

    [Fact]
    public void Alternatives_OfADevice_AreItsOwnThenTheOtherCutsOfTheBase() => Assert.Equal(
        ["Card_2 1", "Card_4 2", "Card_8 4"],
        rule.Alternatives(Device("Card_2", 1)).Select(choice => $"{choice[FieldNames.MdevType]} {choice[FieldNames.Aggregator]}"));

    [Fact]
    public void Alternatives_BeyondTheMaximum_AreLeftOut() => Assert.Equal(
        ["Card_1 2", "Card_2 4", "Card_4 8", "Card_3 6"],
        rule.Alternatives(Device("Card_1", 2)).Select(choice => $"{choice[FieldNames.MdevType]} {choice[FieldNames.Aggregator]}"));

    [Fact]
    public void Alternatives_WithoutTheField_AreOneInstanceOnly() =>
        Assert.Equal(["Card_2"], rule.Alternatives(Cards.With((FieldNames.MdevType, "Card_2"))).Select(choice => choice[FieldNames.MdevType]));

    [Fact]
    public void Alternatives_WithoutAType_AreNothingElse() =>
        Assert.Empty(Assert.Single(rule.Alternatives(Cards.With())));

    [Fact]
    public void Alternatives_OfAnyDevice_PassTheRule() =>
        Prop.ForAll(
            Gen.Elements(Types).SelectMany(type => Gen.Choose(1, 12).Select(count => (type, count))).ToArbitrary(),
            device => new[] { Device(device.type, device.count), Cards.With((FieldNames.MdevType, device.type)) }.All(target =>
                rule.Alternatives(target).Select(target.With).All(source => rule.FindObjection(source, target) is null)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void FindObjection_OfAnyTwo_IsSymmetric() =>
        Prop.ForAll(
            Gen.Elements(Types).Two().SelectMany(types => Gen.Choose(1, 12).Two().Select(counts => (types, counts))).ToArbitrary(),
            pair => (rule.FindObjection(Device(pair.types.Item1, pair.counts.Item1), Device(pair.types.Item2, pair.counts.Item2)) is null)
                == (rule.FindObjection(Device(pair.types.Item2, pair.counts.Item2), Device(pair.types.Item1, pair.counts.Item1)) is null))
            .QuickCheckThrowOnFailure();

    private static DeviceDescription Device(string type, int count) =>
        Cards.With((FieldNames.MdevType, type), (FieldNames.Aggregator, $"{count}"));
}
