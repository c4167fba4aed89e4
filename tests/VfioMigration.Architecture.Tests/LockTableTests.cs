using System.Text.RegularExpressions;

namespace VfioMigration.Architecture.Tests;

/// <summary>Every lock of the program is in the table of docs/architecture.md.</summary>
public sealed partial class LockTableTests
{
    [Fact]
    public void EveryLock_IsInTheTable() => Assert.Empty(Missing(Checkout.Current.Document("architecture.md")));

    [Fact]
    public void LockThatIsNotInTheTable_IsNoticed() => Assert.Equal(
        ["MdevParent.gate"],
        Missing(Checkout.Current.Document("architecture.md").Replace("`MdevParent.gate`", "", StringComparison.Ordinal)));

    private static string[] Missing(string document) =>
    [
        .. from project in Checkout.Current.Projects.Keys
           where !project.Contains(".Vendors.", StringComparison.Ordinal)
           from file in Checkout.Current.Sources(project)
           from Match declared in Declaration().Matches(File.ReadAllText(file))
           let name = $"{Path.GetFileName(file).Split('.')[0]}.{declared.Groups.Values.Skip(1).First(static group => group.Success).Value}"
           where !document.Contains($"`{name}`", StringComparison.Ordinal)
           select name,
    ];

    [GeneratedRegex(@"^    (?:private readonly (?:Lock|object|SemaphoreSlim) (\w+) = new\(|private SemaphoreSlim\? (\w+);|internal Lock (\w+) \{)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
