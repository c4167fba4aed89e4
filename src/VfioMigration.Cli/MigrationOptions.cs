using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VfioMigration.Cli;

/// <summary>Options of every command that sends a device away.</summary>
internal sealed class MigrationOptions
{
    private readonly Option<int?> maxRounds = new("--max-rounds")
    {
        Description = "Stop the guest after this many pre-copy rounds, however much is left (default: 30)",
        HelpName = "N",
    };

    private readonly Option<int?> downtime = new("--downtime")
    {
        Description = "Downtime target: stop the guest when sending the rest is expected to take at most this long (default: 300)",
        HelpName = "MS",
    };

    private readonly Option<double?> bandwidth = new("--bandwidth")
    {
        Description = "Limit the send rate while the guest runs (default: no limit)",
        HelpName = "MIB_PER_S",
    };

    private readonly Option<bool> leaveUnchecked = new("--unchecked")
    {
        Description = "Skip the check of migration_version on the target",
    };

    private readonly Option<bool> json = new("--json") { Description = "Print every event as a line of JSON" };

    private readonly Option<string?> report = new("--report") { Description = "Write an HTML page with plots of the migration", HelpName = "FILE" };

    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[maxRounds, downtime, bandwidth, leaveUnchecked, json, report])
        {
            command.Options.Add(option);
        }

        maxRounds.Validators.Add(result => Check(result, long.TryParse, (long value) => value is >= 1 and <= 1_000_000, "--max-rounds must be a whole number from 1 to 1000000"));
        downtime.Validators.Add(result => Check(result, long.TryParse, (long value) => value is >= 0 and <= int.MaxValue, "--downtime must be a whole number of milliseconds from 0 to 2147483647"));
        bandwidth.Validators.Add(result => Check(result, double.TryParse, (double value) => value is > 0 and < 1e9, "--bandwidth must be a number of MiB/s, more than 0"));
    }

    internal bool Json(ParseResult parsed) => parsed.GetValue(json);

    internal string? Report(ParseResult parsed) => parsed.GetValue(report);

    internal int? MaxRounds(ParseResult parsed) => parsed.GetValue(maxRounds);

    internal int? DowntimeMilliseconds(ParseResult parsed) => parsed.GetValue(downtime);

    internal long? BytesPerSecond(ParseResult parsed) => parsed.GetValue(bandwidth) is { } mebibytes ? (long)(mebibytes * 1024 * 1024) : null;

    internal bool Unchecked(ParseResult parsed) => parsed.GetValue(leaveUnchecked);

    private delegate bool TryParse<T>(string text, IFormatProvider? format, out T value);

    /// <summary>Asks the text and not the parsed value, which throws for a text that is no number.</summary>
    private static void Check<T>(OptionResult result, TryParse<T> parse, Func<T, bool> isAllowed, string message)
    {
        if (result.Tokens.Any(token => !parse(token.Value, CultureInfo.InvariantCulture, out T value) || !isAllowed(value)))
        {
            result.AddError(message);
        }
    }
}
