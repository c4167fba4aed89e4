using System.CommandLine;
using System.Diagnostics;

using VfioMigration.Compatibility.Planning;
using VfioMigration.Trees;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig plan SRC --on HOSTS</c>: the possible targets of a device. Exit status 0 one with room, 1 none, 2 unknown.</summary>
internal static class PlanCommand
{
    internal static Command Create()
    {
        Argument<string> source = NodeArgument.Create("src", "The device to migrate");
        Option<string[]> on = NodeArgument.Hosts();
        on.Aliases.Add("--on");
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var exhaustive = new Option<bool>("--exhaustive") { Description = "Probe every candidate instead of one of each kind; the result is the same" };
        var command = new Command("plan", "Find the hosts, types and devices that can take the state of a device") { source, on, json, exhaustive };
        command.SetAction(parsed =>
        {
            if (NodeArgument.Open(parsed.GetValue(source)!) is not { } from || NodeArgument.RootsOf(parsed.GetValue(on)) is not { } roots)
            {
                return NodeArgument.Trouble;
            }

            if (!from.Read("migration_version").TryGet(out string version, out Errno error))
            {
                return NodeArgument.Fail($"{from.Name}: its migration_version cannot be read: {error.Text()} ({from.Errnos.NameOf(error)})");
            }

            PlanCandidate[] candidates = [.. roots.SelectMany(root => PlanLoader.Load(root, from))];
            long start = Stopwatch.GetTimestamp();
            Plan plan = parsed.GetValue(exhaustive) ? PlanIndex.FindExhaustively(candidates, version) : new PlanIndex(candidates).Find(version);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            Console.Write(parsed.GetValue(json) ? Json(plan, version) : Table(plan, took));
            return plan.Candidates.Any(static candidate => candidate.HasRoom) ? ExitStatus.Success : ExitStatus.Failure;
        });
        return command;
    }

    private static string Table(Plan plan, TimeSpan took)
    {
        int width = plan.Candidates.Select(static candidate => candidate.Name.Length).DefaultIfEmpty(0).Max();
        return string.Concat(plan.Candidates.Select((candidate, i) =>
                $"{i + 1,3}  {candidate.Name.PadRight(width)}  {Capacity(candidate)}\n"))
            + $"{plan.Candidates.Count} of {plan.Considered} can take it; probed {plan.Probes} of them in {took.TotalMilliseconds:0.0} ms\n";
    }

    /// <summary>Capacity stands apart: what is full today is as compatible as before.</summary>
    private static string Capacity(PlanCandidate candidate) => candidate switch
    {
        { Available: null } => "device, exists",
        { Available: 0 } => "type, full now",
        { Available: var available } => $"type, room for {available}",
    };

    private static string Json(Plan plan, string version) => JsonOutput.Object(writer =>
    {
        writer.WriteString("version", version);
        writer.WriteNumber("considered", plan.Considered);
        writer.WriteNumber("probes", plan.Probes);
        writer.WriteStartArray("candidates");
        foreach (PlanCandidate candidate in plan.Candidates)
        {
            writer.WriteStartObject();
            writer.WriteString("host", candidate.Host);
            writer.WriteString("node", candidate.Name);
            writer.WriteString("mdev_type", candidate.TypeName);
            writer.WriteString("creation_parameters", candidate.CreationParameters);
            writer.WriteBoolean("is_type", candidate.IsType);
            writer.WriteString("version", candidate.Version);
            writer.WriteBoolean("has_room", candidate.HasRoom);
            if (candidate.Available is { } available)
            {
                writer.WriteNumber("available_instances", available);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
