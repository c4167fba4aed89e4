namespace VfioMigration.Testing;

/// <summary>Files of the documentation that the tests run.</summary>
internal static class Documents
{
    internal static string Path(string name) => System.IO.Path.Combine(CheckoutFolder.Path, "docs", name);
}
