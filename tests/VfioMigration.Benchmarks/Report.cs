namespace VfioMigration.Benchmarks;

/// <summary>A Markdown report that grows while measuring, on standard output and in a file.</summary>
internal sealed class Report
{
    private readonly string? file;

    internal Report(string? file)
    {
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

    private void Line(string text)
    {
        Console.WriteLine(text);
        if (file is not null)
        {
            File.AppendAllText(file, text + "\n");
        }
    }
}
