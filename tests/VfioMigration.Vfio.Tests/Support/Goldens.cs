namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Tables of the checkout that the tests were built from; measured on real kernels.</summary>
internal static class Goldens
{
    /// <summary>The rows of a table below its heading, cut at the tabs.</summary>
    internal static IReadOnlyList<string[]> Rows(string name) =>
        [.. File.ReadLines(Path.Combine(CheckoutFolder.Path, "tests", "Goldens", name)).Skip(1).Select(line => line.Split('\t'))];
}
