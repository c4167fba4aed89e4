using VfioMigration.Compatibility.Dialects;
using VfioMigration.Compatibility.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

public class MigrationErrorsDialectTests
{
    private const string File = "migration_errors";

    private readonly FakeCompatibility plugin = new() { OnJudge = _ => Verdict.Incompatible(Errno.EINVAL, "rule", "fake: no") };
    private readonly TreeNode node;
    private readonly Bench bench = new(new MigrationVersionDialect(), new MigrationErrorsDialect());

    public MigrationErrorsDialectTests() => node = bench.Add(NodeKind.MdevDevice, plugin);

    [Fact]
    public void Show_BeforeARefusal_IsEmptyAndReadOnly()
    {
        Assert.Equal("", node.Read(File).Value);
        Assert.Equal(FileModes.Octal(444), node.ModeOf(File));
    }

    [Fact]
    public void Show_AfterRefusals_IsInputAndReasonOldestFirst()
    {
        node.Write("migration_version", "one");
        node.Write("migration_version", "t\u00f6o");

        Assert.Equal("one: fake: no\nt\\xf6o: fake: no", node.Read(File).Value);
    }

    [Fact]
    public void Show_AfterAnAcceptedString_IsUnchanged()
    {
        plugin.OnJudge = _ => Verdict.Compatible("rule");
        node.Write("migration_version", "one");

        Assert.Equal("", node.Read(File).Value);
    }

    [Fact]
    public void Show_AfterManyRefusals_KeepsTheLastTen()
    {
        for (int i = 1; i <= 13; i++)
        {
            node.Write("migration_version", $"{i}");
        }

        Assert.Equal(Enumerable.Range(4, 10).Select(i => $"{i}: fake: no"), node.Read(File).Value.Split('\n'));
    }

    [Fact]
    public void Show_OfALongInput_CutsItButNotTheReason()
    {
        node.Write("migration_version", new string('x', 4000));

        Assert.Equal($"{new string('x', 256)}: fake: no", node.Read(File).Value);
    }

    /// <summary>The last refusal is the most relevant.</summary>
    [Fact]
    public void Show_OfMoreThanAPage_LeavesOutTheOldest()
    {
        for (int i = 0; i < 10; i++)
        {
            plugin.OnJudge = _ => Verdict.Incompatible(Errno.EINVAL, "rule", $"fake: {i} {new string('r', 900)}");
            node.Write("migration_version", $"{i}");
        }

        string[] lines = node.Read(File).Value.Split('\n');
        Assert.Equal(["6", "7", "8", "9"], lines.Select(line => line.Split(':')[0]));
        Assert.All(lines, line => Assert.EndsWith("r", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Show_OfANodeWithoutRefusals_DoesNotShowAnothers()
    {
        TreeNode other = bench.Add(NodeKind.Type, plugin);
        node.Write("migration_version", "one");

        Assert.Equal("", other.Read(File).Value);
    }
}
