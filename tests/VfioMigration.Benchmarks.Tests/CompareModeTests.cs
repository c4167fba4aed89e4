using VfioMigration.Benchmarks.Ratios;

namespace VfioMigration.Benchmarks.Tests;

public sealed class CompareModeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vfiomig-ratios-").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();

    [Theory]
    [InlineData(1.0, 1.0, 0)]
    [InlineData(1.0, 0.5, 0)]
    [InlineData(1.0, 1.2, 1)]
    public void Run_OfTwoFiles_FailsWhenTheSecondIsWorse(double old, double now, int status)
    {
        Assert.Equal(status, CompareMode.Run(Write("old", old), Write("new", now), output, errors));
        Assert.Contains($"{(status == 1 ? 1 : 0)} worse", output.ToString(), StringComparison.Ordinal);
        Assert.Equal("", errors.ToString());
    }

    [Fact]
    public void Run_OfAFileThatIsNotThere_NamesIt()
    {
        string missing = Path.Combine(folder, "missing");

        Assert.Equal(2, CompareMode.Run(Write("old", 1), missing, output, errors));
        Assert.StartsWith($"{missing}: ", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void Baseline_OfTheRepository_SaysHowItWasMade()
    {
        RatioFile? baseline = RatioFile.Load(Path.Combine(AppContext.BaseDirectory, "baseline.json"), out string? problem);

        Assert.Null(problem);
        Assert.Superset(new HashSet<string> { "processor", "kernel", "runtime", "libfuse", "command" }, baseline!.Made.Keys.ToHashSet());
        Assert.NotEmpty(baseline.Ratios);
        Assert.All(baseline.Ratios.Values, ratio => Assert.InRange(ratio, 0.0, 100.0));
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        output.Dispose();
        errors.Dispose();
    }

    private string Write(string name, double ratio)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, new RatioFile(new Dictionary<string, string>(), new Dictionary<string, double> { ["a"] = ratio }).ToJson());
        return path;
    }
}
