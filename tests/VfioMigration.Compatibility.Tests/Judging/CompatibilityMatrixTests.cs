using VfioMigration.Compatibility.Judging;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Judging;

public class CompatibilityMatrixTests
{
    /// <summary>A takes everything, B its own, C cannot be read.</summary>
    private readonly FakeNode[] nodes =
    [
        new("a", true) { Files = { ["migration_version"] = "a" } },
        new("b", true, "acme-2") { Files = { ["migration_version"] = "b" }, OnWrite = text => text == "b" ? Errno.None : Errno.EINVAL },
        new("c", true) { Files = { ["migration_version"] = Errno.ENODEV }, OnWrite = _ => Errno.ENODEV },
    ];

    [Fact]
    public void Of_SomeNodes_AsksForEveryPairAndItself()
    {
        CompatibilityMatrix matrix = Create();

        Assert.Equal("+..|++.|...", string.Join('|', Enumerable.Range(0, 3).Select(source =>
            string.Concat(Enumerable.Range(0, 3).Select(target => matrix[source, target].IsCompatible ? '+' : '.')))));
        Assert.Equal(nodes, matrix.Nodes);
        Assert.Equal((JudgeRule.SourceRead, JudgeRule.TargetWrite), (matrix[2, 0].Rule, matrix[0, 2].Rule));
    }

    [Fact]
    public void Asymmetries_OfAMatrix_ArePairsThatFitOneWayOnly() => Assert.Equal([(1, 0)], Create().Asymmetries);

    [Fact]
    public void Of_WithAPolicy_TakesIt()
    {
        CompatibilityMatrix strict = CompatibilityMatrix.Of(nodes, new JudgeOptions());

        Assert.Equal(JudgeRule.TypesDiffer, strict[1, 0].Rule);
        Assert.Empty(strict.Asymmetries);
    }

    [Fact]
    public void Of_WithACallback_TakesWhatItReturnsRightAfterThePair()
    {
        var seen = new List<string>();
        CompatibilityMatrix matrix = CompatibilityMatrix.Of(nodes, new JudgeOptions(Types: TypePolicy.Off), (target, result) =>
        {
            seen.Add($"{result.Version} to {target.Name}");
            return result with { Reason = $"{seen.Count}" };
        });

        Assert.Equal(["a to a", "a to b", "a to c", "b to a", "b to b", "b to c", " to a", " to b", " to c"], seen);
        Assert.Equal("6", matrix[1, 2].Reason);
    }

    [Fact]
    public void Of_Nothing_IsEmpty() => Assert.Empty(CompatibilityMatrix.Of([], new JudgeOptions()).Asymmetries);

    private CompatibilityMatrix Create() => CompatibilityMatrix.Of(nodes, new JudgeOptions(Types: TypePolicy.Off));
}
