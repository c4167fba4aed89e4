namespace VfioMigration.Benchmarks.Ratios;

/// <summary><c>compare OLD NEW</c>: exit status 0 when nothing got worse, 1 when something did, 2 when a file cannot be read.</summary>
internal static class CompareMode
{
    internal static int Run(string oldPath, string newPath, TextWriter output, TextWriter errors)
    {
        RatioFile? old = RatioFile.Load(oldPath, out string? oldProblem);
        RatioFile? @new = RatioFile.Load(newPath, out string? newProblem);
        if (old is null || @new is null)
        {
            errors.WriteLine(oldProblem ?? newProblem);
            return 2;
        }

        RatioComparison comparison = RatioComparison.Of(old, @new);
        foreach (string line in comparison.Lines())
        {
            output.WriteLine(line);
        }

        return comparison.IsWorse ? 1 : 0;
    }
}
