namespace VfioMigration.Hosting.Tests;

/// <summary>Files of the documentation that the tests run.</summary>
internal static class Documents
{
    internal static string Path(string name)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "VfioMigration.sln")))
        {
            folder = System.IO.Path.GetDirectoryName(folder)!;
        }

        return System.IO.Path.Combine(folder, "docs", name);
    }
}
