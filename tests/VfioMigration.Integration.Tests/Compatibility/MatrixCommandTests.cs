using System.Text.Json;

namespace VfioMigration.Integration.Tests.Compatibility;

public sealed class MatrixCommandTests : IDisposable
{
    private readonly CompatibilityLab lab = CompatibilityLab.Relaxed();

    public void Dispose() => lab.Dispose();

    /// <summary>Software 1.2 on a, 1.1 on b: the older moves to the newer and not back.</summary>
    [Fact]
    public void Matrix_AsText_MarksWhatFitsOneWayOnly()
    {
        (int status, string output, string errors) = lab.Vfiomig("matrix");
        string[] lines = output.TrimEnd('\n').Split('\n');

        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(29, lines.Length);
        Assert.Equal("rows are sources, columns targets; + compatible, . refused, > compatible in this direction only, - not readable", lines[^1]);
        Dictionary<string, string[]> rows = lines[1..^1].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(row => row[1], row => row[2..]);
        List<string> labels = [.. lines[1..^1].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])];
        Assert.All(rows.Values, row => Assert.Equal(27, row.Length));
        Assert.All(labels, label => Assert.Equal("+", Cell(label, label)));
        Assert.Equal((">", "."), (Cell("b/mtty/mtty-1", "a/mtty/mtty-1"), Cell("a/mtty/mtty-1", "b/mtty/mtty-1")));
        Assert.Equal((">", "."), (Cell("a/0000:00:02.0/i915-GVTg_V5_4", "b/0000:00:02.0/i915-GVTg_V5_4"), Cell("b/0000:00:02.0/i915-GVTg_V5_4", "a/0000:00:02.0/i915-GVTg_V5_4")));
        Assert.Equal(".", Cell("a/0.0.0313/vfio-ccw_IO", "a/0.0.0314/vfio-ccw_IO"));
        Assert.Equal("+", Cell("a/0.0.0313/vfio-ccw_IO", "b/0.0.0313/vfio-ccw_IO"));

        string Cell(string source, string target) => rows[source][labels.IndexOf(target)];
    }

    [Fact]
    public void Matrix_AsJson_SaysWhyForEveryPair()
    {
        JsonElement matrix = JsonDocument.Parse(lab.Shell("$vfiomig matrix --json --hosts a b")).RootElement;
        string[] nodes = [.. matrix.GetProperty("nodes").EnumerateArray().Select(node => node.GetString()!)];
        JsonElement[] pairs = [.. matrix.GetProperty("pairs").EnumerateArray()];

        Assert.Equal((27, 27 * 27), (nodes.Length, pairs.Length));
        JsonElement refused = Pair("a/mtty/mtty-2", "b/mtty/mtty-2");
        Assert.Equal((false, true, "target-write", "EINVAL"), (
            refused.GetProperty("compatible").GetBoolean(), refused.GetProperty("asymmetric").GetBoolean(), refused.GetProperty("rule").GetString(), refused.GetProperty("errno").GetString()));
        Assert.EndsWith("mtty: version 1.1 cannot load the state of version 1.2", refused.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.All(pairs.Where(pair => pair.GetProperty("compatible").GetBoolean()), pair => Assert.Equal("all-passed", pair.GetProperty("rule").GetString()));
        Assert.All(pairs, pair => Assert.NotEqual("", pair.GetProperty("reason").GetString()));

        JsonElement Pair(string source, string target) =>
            pairs[(Array.IndexOf(nodes, source) * nodes.Length) + Array.IndexOf(nodes, target)];
    }

    [Fact]
    public void Matrix_WithRequiredTypes_RefusesOthersWithoutAsking()
    {
        string output = lab.Shell($"$vfiomig matrix --hosts a --types required --json | grep -c types-differ; cat a/{CompatibilityLab.Graphics}/i915-GVTg_V5_4/migration_errors");

        Assert.NotEqual("0\n", output);
        Assert.Single(output.TrimEnd('\n').Split('\n'));
    }
}
