using System.Globalization;
using System.Text.Json;

using Spectre.Console;

using VfioMigration.Control;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>Shows a migration while it happens: progress bars on a terminal, lines elsewhere, or JSON.</summary>
/// <param name="json">Print every event as a line of JSON.</param>
/// <param name="report">The file of the HTML page; null for none.</param>
/// <param name="source">For the title of the page.</param>
/// <param name="target">And where to.</param>
/// <param name="output">Standard output, or standard error where that carries the stream.</param>
internal sealed class MigrationView(bool json, string? report, string source, string target, TextWriter output)
{
    /// <summary>Why the output can no longer be written. That must not end a migration: it is followed to its end.</summary>
    private OutputException? outputProblem;

    /// <summary>Follows a migration to its end and returns the exit status.</summary>
    /// <param name="client">Connected to the daemon of the source.</param>
    /// <param name="happening">Its events, as they come.</param>
    internal int Show(ControlClient client, IEnumerable<MigrationEvent> happening)
    {
        StreamWriter? page = null;
        try
        {
            // Before the migration begins: a report that cannot be written is an error without effects.
            page = report is null ? null : new StreamWriter(report);
            Follow(happening, page);
            return client.Error is not null ? CommonOptions.Fail(client.Error)
                : outputProblem is null or { Error: Errno.EPIPE } ? ExitStatus.Success
                : CommonOptions.Fail(outputProblem.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return CommonOptions.Fail($"--report {report}: {Sentence(error)}{(page is null ? "; nothing was moved" : "")}");
        }
        finally
        {
            page?.Dispose();
        }
    }

    private static string Sentence(Exception error) => error switch
    {
        DirectoryNotFoundException or FileNotFoundException => "no such directory",
        UnauthorizedAccessException => "permission denied, or a directory",
        _ => error.Message,
    };

    private void Follow(IEnumerable<MigrationEvent> happening, StreamWriter? page)
    {
        var events = new List<MigrationEvent>();
        if (json)
        {
            foreach (MigrationEvent happened in Keep(happening, events))
            {
                Print(JsonSerializer.Serialize(happened, ControlJson.Default.MigrationEvent));
            }
        }
        else
        {
            ShowBars(Keep(happening, events));
        }

        page?.Write(MigrationReport.Render(source, target, events));
        page?.Flush();
    }

    private static IEnumerable<MigrationEvent> Keep(IEnumerable<MigrationEvent> happening, List<MigrationEvent> events)
    {
        foreach (MigrationEvent happened in happening)
        {
            events.Add(happened);
            yield return happened;
        }
    }

    private void Print(string line)
    {
        try
        {
            if (outputProblem is null)
            {
                output.WriteLine(line);
            }
        }
        catch (OutputException gone)
        {
            outputProblem = gone;
        }
    }

    private void ShowBars(IEnumerable<MigrationEvent> events)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            foreach (MigrationEvent happened in events)
            {
                if (Describe(happened) is { } line)
                {
                    Print(line);
                }
            }

            return;
        }

        string last = "";
        console.Progress().AutoClear(false).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).Start(context =>
        {
            ProgressTask? bar = null;
            foreach (MigrationEvent happened in events)
            {
                bar = Advance(context, bar, happened);
                last = Describe(happened) ?? last;
            }

            bar?.StopTask();
        });
        Print(last);
    }

    /// <summary>A bar per phase, and in pre-copy per round.</summary>
    private static ProgressTask? Advance(ProgressContext context, ProgressTask? bar, MigrationEvent happened)
    {
        switch (happened.Event)
        {
            case MigrationEventNames.Phase:
                Finish(bar);
                return context.AddTask(Markup.Escape(happened.Phase!));
            case MigrationEventNames.Progress when happened.TotalBytes is > 0 and { } total:
                bar!.MaxValue = Math.Max(total, happened.RoundBytes ?? 0);
                bar.Value = happened.RoundBytes ?? 0;
                return bar;
            case MigrationEventNames.Round:
                bar!.Description = Markup.Escape($"{happened.Phase} round {happened.Round}, {happened.DirtyPages} pages dirty");
                Finish(bar);
                return happened.Phase == MigrationPhaseNames.PreCopy ? context.AddTask(Markup.Escape($"pre-copy round {happened.Round + 1}")) : bar;
            case MigrationEventNames.Done:
                Finish(bar);
                return bar;
            default:
                return bar;
        }
    }

    private static void Finish(ProgressTask? bar)
    {
        if (bar is not null)
        {
            bar.Value = bar.MaxValue;
            bar.StopTask();
        }
    }

    /// <summary>A line for people; null for what is too small to mention.</summary>
    private static string? Describe(MigrationEvent happened) => happened.Event switch
    {
        MigrationEventNames.Phase => $"{Time(happened)} {happened.Phase}",
        MigrationEventNames.Round => $"{Time(happened)}   round {happened.Round}: {happened.Pages} pages, {Mebibytes(happened.RoundBytes)} MiB, "
            + $"{Mebibytes((long?)happened.BytesPerSecond)} MiB/s, {happened.DirtyPages} pages dirtied",
        MigrationEventNames.Done => $"{Time(happened)} {happened.Message}"
            + (happened.DowntimeSeconds is { } downtime ? string.Create(CultureInfo.InvariantCulture, $"; downtime {downtime * 1000:0.0} ms") : ""),
        MigrationEventNames.Progress when happened.Message is not null => $"{Time(happened)} {happened.Message}",
        _ => null,
    };

    private static string Time(MigrationEvent happened) => string.Create(CultureInfo.InvariantCulture, $"{happened.Seconds,8:0.000} s");

    private static string Mebibytes(long? bytes) => string.Create(CultureInfo.InvariantCulture, $"{(bytes ?? 0) / (1024.0 * 1024):0.0}");
}
