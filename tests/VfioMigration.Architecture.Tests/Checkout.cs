using System.Xml.Linq;

namespace VfioMigration.Architecture.Tests;

/// <summary>The checkout as text: projects, sources and documents.</summary>
internal sealed class Checkout(string root)
{
    internal static Checkout Current { get; } = new(CheckoutFolder.Path);

    internal string Root => root;

    /// <summary>Project files below src by name.</summary>
    internal IReadOnlyDictionary<string, string> Projects => Directory
        .EnumerateFiles(Path.Combine(root, "src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path));

    /// <summary>Source files of a project, generated ones left out.</summary>
    internal IEnumerable<string> Sources(string project) => WithoutBuildOutput(Path.GetDirectoryName(Projects[project])!);

    /// <summary>Source files below tests.</summary>
    internal IEnumerable<string> TestSources => WithoutBuildOutput(Path.Combine(root, "tests"));

    /// <summary>Direct project references; vendors get theirs from the properties of their folder.</summary>
    internal IEnumerable<string> References(string project)
    {
        IEnumerable<string> own = Items(Projects[project], "ProjectReference");
        return project.Contains(".Vendors.", StringComparison.Ordinal)
            ? own.Concat(Items(Path.Combine(root, "src/Vendors/Directory.Build.props"), "ProjectReference"))
            : own;
    }

    internal IEnumerable<string> Packages(string project) => Items(Projects[project], "PackageReference");

    internal string Document(string name) => File.ReadAllText(Path.Combine(root, "docs", name));

    private static IEnumerable<string> WithoutBuildOutput(string folder) => Directory
        .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> Items(string file, string item) => XDocument.Load(file).Descendants(item)
        .Select(element => element.Attribute("Include")!.Value)
        .Select(include => include.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(include) : include);
}
