using System.Globalization;

namespace VfioMigration.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Measurements">Names of measurements, in order; at least one.</param>
/// <param name="Rounds">Interleaved rounds per comparison.</param>
/// <param name="Milliseconds">Length of one side of a round.</param>
/// <param name="OutputFile">Gets the report as well; null for standard output only.</param>
/// <param name="IsJson">Standard output gets the ratios as JSON instead of the report.</param>
internal sealed record BenchmarkOptions(IReadOnlyList<string> Measurements, int Rounds, int Milliseconds, string? OutputFile, bool IsJson)
{
    internal const string Usage = "usage: [fuse|scale|start|memory|dirty|stream|plan|door|all] [--rounds N] [--milliseconds N] [--out FILE] [--json]\n       compare OLD NEW";

    private static readonly string[] All = ["fuse", "scale", "start", "memory", "dirty", "stream", "plan", "door"];

    /// <summary>Null when a word is not understood.</summary>
    internal static BenchmarkOptions? Parse(IReadOnlyList<string> words)
    {
        var options = new BenchmarkOptions(All, Rounds: 7, Milliseconds: 400, OutputFile: null, IsJson: false);
        for (int i = 0; i < words.Count; i++)
        {
            string? value = i + 1 < words.Count ? words[i + 1] : null;
            switch (words[i])
            {
                case "all":
                    break;
                case "--json":
                    options = options with { IsJson = true };
                    break;
                case "--rounds" when Number(value) is { } rounds:
                    options = options with { Rounds = rounds };
                    i++;
                    break;
                case "--milliseconds" when Number(value) is { } milliseconds:
                    options = options with { Milliseconds = milliseconds };
                    i++;
                    break;
                case "--out" when value is not null:
                    options = options with { OutputFile = value };
                    i++;
                    break;
                case { } name when All.Contains(name):
                    options = options with { Measurements = [name] };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
}
