namespace VfioMigration.Testing;

/// <summary>The checkout that the tests were built from.</summary>
internal static class CheckoutFolder
{
    internal static string Path { get; } = Find();

    private static string Find()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(System.IO.Path.Combine(at, "VfioMigration.sln")))
        {
            at = System.IO.Path.GetDirectoryName(at);
        }

        return at ?? throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
