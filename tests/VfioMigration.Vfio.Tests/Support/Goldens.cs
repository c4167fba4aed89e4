namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Tables of the checkout that the tests were built from; measured on real kernels.</summary>
internal static class Goldens
{
    /// <summary>The rows of a table below its heading, cut at the tabs.</summary>
    internal static IReadOnlyList<string[]> Rows(string name) =>
        [.. File.ReadLines(Path.Combine(FindRoot(), "tests", "Goldens", name)).Skip(1).Select(line => line.Split('\t'))];

    private static string FindRoot()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "VfioMigration.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
