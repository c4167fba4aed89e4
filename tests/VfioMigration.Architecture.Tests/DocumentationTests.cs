using System.Text.RegularExpressions;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Mdev;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Architecture.Tests;

/// <summary>What exists is documented, and what is documented exists.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] ProjectsWithTerms = ["Sysfs", "Mdev", "Buses", "Vfio", "Vmm", "Compatibility", "Fuse", "SysfsMount"];

    /// <summary>The kernel's files and those of the proposals, and the emulator's own.</summary>
    private static string Attributes => Checkout.Current.Document("sysfs-abi.md") + Checkout.Current.Document("migration.md");

    [Fact]
    public void EveryAttributeOfTheDefaultLab_IsInTheAbiDocument() => Assert.Empty(MissingAttributes(Attributes));

    [Fact]
    public void AttributeThatIsNotDocumented_IsNoticed() => Assert.Equal(
        ["available_instances"],
        MissingAttributes(Attributes.Replace("available_instances", "", StringComparison.Ordinal)));

    [Fact]
    public void EveryPublicTypeOfTheKernelsWorld_IsInTheTerms() => Assert.Empty(MissingTerms(Checkout.Current.Document("terms.md")));

    [Fact]
    public void TypeThatIsNotInTheTerms_IsNoticed() => Assert.Equal(
        ["MdevParent"],
        MissingTerms(Checkout.Current.Document("terms.md").Replace("`MdevParent`", "", StringComparison.Ordinal)));

    [Fact]
    public void EveryTerm_NamesATypeWhereItIs()
    {
        MatchCollection rows = TermRow().Matches(Checkout.Current.Document("terms.md"));
        Assert.True(rows.Count > 50);
        Assert.All(rows, row =>
        {
            Assert.DoesNotContain("?", row.Groups[1].Value, StringComparison.Ordinal);
            Assert.Contains(row.Groups[2].Value, File.ReadAllText(Path.Combine(Checkout.Current.Root, row.Groups[3].Value)), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void EveryLinkOfTheDocuments_LeadsSomewhere()
    {
        string[] documents = [.. Directory.GetFiles(Path.Combine(Checkout.Current.Root, "docs"), "*.md", SearchOption.AllDirectories), Path.Combine(Checkout.Current.Root, "README.md")];
        foreach (string document in documents)
        {
            foreach (Match link in Link().Matches(File.ReadAllText(document)))
            {
                string target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value);
                Assert.True(Path.Exists(target), $"{document}: {link.Value}");
            }
        }
    }

    private static List<string> MissingAttributes(string document)
    {
        var problems = new List<string>();
        HostSet lab = HostSet.Boot(LabOptionsReader.Read(LabConfiguration.Load(null, out _)!, problems), TimeProvider.System, problems);
        Assert.Empty(problems);
        Host host = lab.Hosts[0];
        foreach (MdevType type in host.Mdev.Parents.SelectMany(parent => parent.Types.Take(1)))
        {
            Assert.Equal(Errno.None, type.MdevParent.Create(type, Guid.NewGuid().ToString()));
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        Collect(host.Core.Tree.Root, host.Core.Tree.Root.Directory, names);
        Assert.Contains("migration_version", names);
        return [.. names.Where(name => !Regex.IsMatch(document, $@"[`/]{Regex.Escape(name)}`"))];
    }

    private static void Collect(KernfsRoot root, KernfsDirectory directory, SortedSet<string> names)
    {
        ulong position = 0;
        while (root.ChildFrom(directory, position, out ulong at) is { } child)
        {
            position = at + 1;
            if (child is KernfsFile)
            {
                names.Add(child.Name);
            }
            else if (child is KernfsDirectory below)
            {
                Collect(root, below, names);
            }
        }
    }

    private static List<string> MissingTerms(string document) =>
    [
        .. ProjectsWithTerms
            .SelectMany(project => Checkout.Current.Sources($"VfioMigration.{project}"))
            .SelectMany(file => PublicType().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Distinct()
            .Where(type => !document.Contains($"`{type}`", StringComparison.Ordinal)),
    ];

    [GeneratedRegex(@"^public (?:sealed |abstract |static |readonly |partial |ref )*(?:class|record struct|record|struct|interface|enum) ([A-Za-z0-9]+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^\| (.+) \| `([A-Za-z0-9]+)` \| `(src/[^`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex TermRow();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();

    [Fact]
    public void EveryCodeOfTheManualForAuthors_IsInTheTemplateThatIsBuilt()
    {
        string template = Path.Combine(Checkout.Current.Root, "docs/templates/vendor-driver");
        string[] files = [.. Directory.GetFiles(template, "*", SearchOption.AllDirectories).Select(File.ReadAllText)];
        string[] blocks = [.. CodeBlock().Matches(Checkout.Current.Document("writing-a-vendor-driver.md")).Select(match => match.Groups[1].Value)];

        Assert.True(blocks.Length > 5);
        Assert.All(blocks, block => Assert.Contains(files, file => file.Contains(block, StringComparison.Ordinal)));
    }

    [GeneratedRegex("^```(?:csharp|xml)\\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
