using System.Globalization;
using System.Net;
using System.Text;

using VfioMigration.Control;

namespace VfioMigration.Cli;

/// <summary>A migration as one self-contained HTML page: dirty pages, bytes and rate per round, phases and downtime.</summary>
internal static class MigrationReport
{
    private const int Width = 640;
    private const int Height = 220;
    private const int Left = 80;
    private const int Bottom = 30;
    private const double Mebibyte = 1024 * 1024;

    internal static string Render(string source, string target, IReadOnlyList<MigrationEvent> events)
    {
        MigrationEvent[] rounds = [.. events.Where(happened => happened.Event == MigrationEventNames.Round)];
        MigrationEvent? end = events.LastOrDefault(happened => happened.Event is MigrationEventNames.Done or MigrationEventNames.Failed);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Migration of {{Text(source)}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 720px; color: #222; }
            h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
            table { border-collapse: collapse; } td, th { padding: .15rem .8rem; text-align: right; border-bottom: 1px solid #ddd; }
            svg text { font: 12px system-ui, sans-serif; fill: #555; } .bar { fill: #3b78b8; } .stop { fill: #c2571a; } .grid { stroke: #e3e3e3; }
            .fine { color: #666; }
            </style></head><body>
            <h1>Migration of {{Text(source)}} to {{Text(target)}}</h1>
            <p>{{Text(end?.Message ?? "the end of the migration was not observed")}}</p>

            """);
        AppendSummary(page, rounds, end);
        AppendPlot(page, "Pages sent per round", "pages", rounds, static round => round.Pages ?? 0);
        AppendPlot(page, "Pages dirtied during the round", "pages", rounds, static round => round.DirtyPages ?? 0);
        AppendPlot(page, "Bytes sent per round", "MiB", rounds, static round => (round.RoundBytes ?? 0) / Mebibyte);
        AppendPlot(page, "Rate", "MiB/s", rounds, static round => (round.BytesPerSecond ?? 0) / Mebibyte);
        AppendTimeline(page, events, end);
        AppendTable(page, rounds);
        return page.Append("</body></html>\n").ToString();
    }

    private static void AppendSummary(StringBuilder page, MigrationEvent[] rounds, MigrationEvent? end)
    {
        string downtime = end?.DowntimeSeconds is { } seconds ? Invariant($"{seconds * 1000:0.0} ms") : "none";
        page.Append(CultureInfo.InvariantCulture,
            $"<table><tr><th>rounds</th><th>bytes</th><th>time</th><th>downtime</th></tr><tr><td>{rounds.Length}</td>"
            + $"<td>{(rounds.LastOrDefault()?.Bytes ?? 0) / Mebibyte:0.0} MiB</td><td>{end?.Seconds ?? 0:0.000} s</td><td>{downtime}</td></tr></table>\n");
    }

    /// <summary>A column per round; the last one, with the guest stopped, in another colour.</summary>
    private static void AppendPlot(StringBuilder page, string title, string unit, MigrationEvent[] rounds, Func<MigrationEvent, double> value)
    {
        double most = Math.Max(1e-9, rounds.Select(value).DefaultIfEmpty(0).Max());
        double column = (double)(Width - Left) / Math.Max(1, rounds.Length);
        page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<svg width=\"{Width}\" height=\"{Height + Bottom}\" role=\"img\" aria-label=\"{title}\">\n");
        for (int line = 0; line <= 4; line++)
        {
            double y = Height - (line * (Height - 10) / 4.0);
            page.Append(CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/><text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{most * line / 4:0.##}</text>\n");
        }

        for (int i = 0; i < rounds.Length; i++)
        {
            double height = value(rounds[i]) / most * (Height - 10);
            string shown = Invariant($"round {rounds[i].Round}: {value(rounds[i]):0.##} {unit}");
            page.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"{(rounds[i].Phase == MigrationPhaseNames.StopCopy ? "stop" : "bar")}\" x=\"{Left + (i * column) + 2:0.#}\" y=\"{Height - height:0.#}\" width=\"{Math.Max(1, column - 4):0.#}\" height=\"{height:0.#}\"><title>{shown}</title></rect>\n");
            if (rounds.Length <= 20 || i % (rounds.Length / 10) == 0)
            {
                page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + ((i + 0.5) * column):0.#}\" y=\"{Height + 16}\" text-anchor=\"middle\">{rounds[i].Round}</text>\n");
            }
        }

        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{Height + 29}\">{unit}, by round</text></svg>\n");
    }

    private static void AppendTimeline(StringBuilder page, IReadOnlyList<MigrationEvent> events, MigrationEvent? end)
    {
        MigrationEvent[] phases = [.. events.Where(happened => happened.Event == MigrationEventNames.Phase)];
        double total = Math.Max(1e-9, end?.Seconds ?? 0);
        page.Append("<h2>Phases</h2>\n<table><tr><th>phase</th><th>began</th><th>took</th></tr>\n");
        for (int i = 0; i < phases.Length; i++)
        {
            double until = i + 1 < phases.Length ? phases[i + 1].Seconds : total;
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{Text(phases[i].Phase!)}</td><td>{phases[i].Seconds * 1000:0.0} ms</td><td>{(until - phases[i].Seconds) * 1000:0.0} ms</td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void AppendTable(StringBuilder page, MigrationEvent[] rounds)
    {
        page.Append("<h2>Rounds</h2>\n<table><tr><th>round</th><th>phase</th><th>pages</th><th>MiB</th><th>MiB/s</th><th>dirtied</th></tr>\n");
        foreach (MigrationEvent round in rounds)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{round.Round}</td><td>{Text(round.Phase!)}</td><td>{round.Pages}</td><td>{(round.RoundBytes ?? 0) / Mebibyte:0.00}</td><td>{(round.BytesPerSecond ?? 0) / Mebibyte:0.0}</td><td>{round.DirtyPages}</td></tr>\n");
        }

        page.Append("</table>\n<p class=\"fine\">The last round is sent while the guest is stopped.</p>\n");
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
