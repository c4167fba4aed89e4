using System.Globalization;

namespace VfioMigration.Benchmarks.Ratios;

/// <summary>What got better and worse between two files.</summary>
internal sealed class RatioComparison
{
    private RatioComparison(IReadOnlyList<RatioChange> changes) => Changes = changes;

    /// <summary>Every name of either file, in the order of the first, then of the second.</summary>
    internal IReadOnlyList<RatioChange> Changes { get; }

    /// <summary>True when a ratio of both files is worse in the second.</summary>
    internal bool IsWorse => Changes.Any(change => change.IsWorse);

    internal static RatioComparison Of(RatioFile old, RatioFile @new) => new(
    [
        .. old.Ratios.Keys.Union(@new.Ratios.Keys).Select(name => new RatioChange(name, Find(old, name), Find(@new, name))),
    ]);

    /// <summary>A line for every ratio that changed or is in one file only, worst first, and a line that counts.</summary>
    internal IEnumerable<string> Lines()
    {
        foreach (RatioChange change in Changes.Where(change => change.IsWorse).OrderByDescending(change => change.New - change.Old))
        {
            yield return Line("worse", change);
        }

        foreach (RatioChange change in Changes.Where(change => change.IsBetter).OrderByDescending(change => change.Old - change.New))
        {
            yield return Line("better", change);
        }

        foreach (RatioChange change in Changes.Where(change => change.IsMissing))
        {
            yield return change.Old is null ? $"new      {change.Name}: {Text(change.New!.Value)}" : $"missing  {change.Name}: was {Text(change.Old.Value)}";
        }

        int worse = Changes.Count(change => change.IsWorse);
        int better = Changes.Count(change => change.IsBetter);
        int missing = Changes.Count(change => change.IsMissing);
        yield return $"{worse} worse, {better} better, {Changes.Count - worse - better - missing} the same, {missing} in one file only (more than {Text(RatioChange.Tolerance)} is a change; less is better)";
    }

    private static double? Find(RatioFile file, string name) => file.Ratios.TryGetValue(name, out double ratio) ? ratio : null;

    private static string Line(string word, RatioChange change) =>
        $"{word,-8} {change.Name}: {Text(change.Old!.Value)} -> {Text(change.New!.Value)} ({(change.New > change.Old ? "+" : "")}{Text(change.New!.Value - change.Old!.Value)})";

    private static string Text(double ratio) => ratio.ToString("0.000", CultureInfo.InvariantCulture);
}
