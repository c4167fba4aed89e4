using System.CommandLine;

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

        maxRounds.Validators.Add(result => Require(result.GetValue(maxRounds) is null or (>= 1 and <= 1_000_000), result, "--max-rounds must be from 1 to 1000000"));
        downtime.Validators.Add(result => Require(result.GetValue(downtime) is null or >= 0, result, "--downtime must not be negative"));
        bandwidth.Validators.Add(result => Require(result.GetValue(bandwidth) is null or > 0, result, "--bandwidth must be more than 0"));
    }

    internal bool Json(ParseResult parsed) => parsed.GetValue(json);

    internal string? Report(ParseResult parsed) => parsed.GetValue(report);

    internal int? MaxRounds(ParseResult parsed) => parsed.GetValue(maxRounds);

    internal int? DowntimeMilliseconds(ParseResult parsed) => parsed.GetValue(downtime);

    internal long? BytesPerSecond(ParseResult parsed) => parsed.GetValue(bandwidth) is { } mebibytes ? (long)(mebibytes * 1024 * 1024) : null;

    internal bool Unchecked(ParseResult parsed) => parsed.GetValue(leaveUnchecked);

    private static void Require(bool holds, System.CommandLine.Parsing.OptionResult result, string message)
    {
        if (!holds)
        {
            result.AddError(message);
        }
    }
}
