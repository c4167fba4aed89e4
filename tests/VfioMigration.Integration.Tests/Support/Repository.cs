namespace VfioMigration.Integration.Tests.Support;

/// <summary>Files of the checkout that the tests were built from.</summary>
internal static class Repository
{
    internal static string Root => CheckoutFolder.Path;

    internal static string Golden(string name) => Path.Combine(Root, "tests", "Goldens", name);

    internal static string Document(string name) => Path.Combine(Root, "docs", name);

    /// <summary>True when a run is to rewrite the goldens instead of comparing with them.</summary>
    internal static bool Regenerate => Environment.GetEnvironmentVariable("VFIOMIG_REGENERATE_GOLDENS") == "1";

    /// <summary>Compares with a golden file, or rewrites it.</summary>
    internal static void CompareWithGolden(string name, string actual)
    {
        if (Regenerate)
        {
            File.WriteAllText(Golden(name), actual);
        }

        Assert.Equal(File.ReadAllText(Golden(name)), actual);
    }
}
