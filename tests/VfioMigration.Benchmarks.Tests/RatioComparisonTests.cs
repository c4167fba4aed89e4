using System.Text.Json;

using VfioMigration.Benchmarks.Ratios;

namespace VfioMigration.Benchmarks.Tests;

public class RatioComparisonTests
{
    private static readonly IReadOnlyDictionary<string, string> Made = new Dictionary<string, string> { ["kernel"] = "6.18" };

    [Theory]
    [InlineData(1.00, 1.05, false, false)]
    [InlineData(1.00, 1.051, true, false)]
    [InlineData(0.30, 0.351, true, false)]
    [InlineData(1.05, 1.00, false, false)]
    [InlineData(1.051, 1.00, false, true)]
    [InlineData(0.90, 0.90, false, false)]
    public void Change_BeyondTheTolerance_IsWorseOrBetter(double old, double now, bool worse, bool better)
    {
        var change = new RatioChange("a", old, now);

        Assert.Equal((worse, better), (change.IsWorse, change.IsBetter));
    }

    [Fact]
    public void Lines_OfChanges_BeginWithTheWorstAndEndWithTheCount()
    {
        RatioComparison comparison = RatioComparison.Of(
            Ratios(("little", 1), ("same", 1), ("much", 1), ("better", 1), ("gone", 0.5)),
            Ratios(("better", 0.8), ("little", 1.1), ("much", 2), ("same", 1.01), ("added", 0.7)));

        Assert.True(comparison.IsWorse);
        Assert.Equal(
            [
                "worse    much: 1.000 -> 2.000 (+1.000)",
                "worse    little: 1.000 -> 1.100 (+0.100)",
                "better   better: 1.000 -> 0.800 (-0.200)",
                "missing  gone: was 0.500",
                "new      added: 0.700",
                "2 worse, 1 better, 1 the same, 2 in one file only (more than 0.050 is a change; less is better)",
            ],
            comparison.Lines());
    }

    [Fact]
    public void IsWorse_WhenRatiosOnlyImproveOrAreMissing_IsFalse() =>
        Assert.False(RatioComparison.Of(Ratios(("a", 1), ("gone", 1)), Ratios(("a", 0.5), ("added", 9))).IsWorse);

    [Fact]
    public void ToJson_AndParse_KeepWhatWasMeasuredAndHow()
    {
        RatioFile read = RatioFile.Parse(Ratios(("fuse: cat, 1 clients", 0.97349), ("b", 1)).ToJson())!;

        Assert.Equal(Made, read.Made);
        Assert.Equal([new("fuse: cat, 1 clients", 0.973), new("b", 1)], read.Ratios);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "made": {} }""")]
    [InlineData("""{ "made": {}, "ratios": { "a": "fast" } }""")]
    [InlineData("""{ "made": {}, "ratios": null }""")]
    [InlineData("# Benchmarks")]
    public void Parse_OfSomethingElse_Throws(string text) => Assert.Throws<JsonException>(() => RatioFile.Parse(text));

    private static RatioFile Ratios(params (string Name, double Value)[] ratios) =>
        new(Made, ratios.ToDictionary(ratio => ratio.Name, ratio => ratio.Value));
}
