namespace VfioMigration.Compatibility.Judging;

/// <summary>Every node as a source for every node, itself included, by <see cref="UserspaceJudge"/>.</summary>
public sealed class CompatibilityMatrix
{
    private readonly JudgeResult[,] cells;

    private CompatibilityMatrix(IReadOnlyList<INodeFiles> nodes, JudgeResult[,] cells)
    {
        Nodes = nodes;
        this.cells = cells;
    }

    public IReadOnlyList<INodeFiles> Nodes { get; }

    /// <summary>Pairs (source, target) that fit while the way back does not, by index.</summary>
    public IEnumerable<(int Source, int Target)> Asymmetries =>
        from source in Enumerable.Range(0, Nodes.Count)
        from target in Enumerable.Range(0, Nodes.Count)
        where this[source, target].IsCompatible && !this[target, source].IsCompatible
        select (source, target);

    /// <summary>What user space concludes about moving from one node to another.</summary>
    public JudgeResult this[int source, int target] => cells[source, target];

    /// <param name="nodes">At most a few hundred: every pair is a write.</param>
    /// <param name="options">How strict user space is.</param>
    /// <param name="judged">Called after each pair, for reasons and progress.</param>
    public static CompatibilityMatrix Of(IReadOnlyList<INodeFiles> nodes, JudgeOptions options, Func<INodeFiles, JudgeResult, JudgeResult>? judged = null)
    {
        var cells = new JudgeResult[nodes.Count, nodes.Count];
        for (int source = 0; source < nodes.Count; source++)
        {
            for (int target = 0; target < nodes.Count; target++)
            {
                JudgeResult result = UserspaceJudge.Check(nodes[source], nodes[target], options);
                cells[source, target] = judged?.Invoke(nodes[target], result) ?? result;
            }
        }

        return new CompatibilityMatrix(nodes, cells);
    }
}
