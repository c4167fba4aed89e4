using VfioMigration.Benchmarks.Ratios;

namespace VfioMigration.Benchmarks;

/// <summary>
/// A Markdown report that grows while measuring, on standard output (unless that is for the ratios) and in a file; and the ratios for
/// <see cref="RatioFile"/>.
/// </summary>
internal sealed class Report
{
    private readonly string? file;
    private readonly bool isQuiet;
    private readonly Dictionary<string, double> ratios = [];

    internal Report(string? file, bool isQuiet = false)
    {
        this.isQuiet = isQuiet;
        this.file = file is null ? null : Path.GetFullPath(file);
        if (this.file is not null)
        {
            File.WriteAllText(this.file, "");
        }
    }

    internal void Heading(IEnumerable<string> lines)
    {
        Line("# Benchmarks");
        Line("");
        foreach (string line in lines)
        {
            Line($"* {line}");
        }
    }

    /// <summary>Begins a table; rows follow with <see cref="Row"/>.</summary>
    internal void Table(string title, string explanation, params IReadOnlyList<string> columns)
    {
        Line("");
        Line($"## {title}");
        Line("");
        Line(explanation);
        Line("");
        Row(columns);
        Line($"|{string.Concat(columns.Select((_, i) => i == 0 ? "---|" : "---:|"))}");
    }

    internal void Row(params IReadOnlyList<string> cells) => Line($"| {string.Join(" | ", cells)} |");

    /// <summary>What was measured so far.</summary>
    internal IReadOnlyDictionary<string, double> Ratios => ratios;

    /// <summary>Our cost over another one of the same run, the median of the rounds; less is better.</summary>
    internal void Ratio(string name, double ratio) => ratios.Add(name, ratio);

    private void Line(string text)
    {
        if (!isQuiet)
        {
            Console.WriteLine(text);
        }

        if (file is not null)
        {
            File.AppendAllText(file, text + "\n");
        }
    }
}
