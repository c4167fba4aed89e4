using System.Diagnostics;
using System.Globalization;
using System.Text;

using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Planning;
using VfioMigration.Compatibility.Rules;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>Finding a place for a device among many hosts: by the index, and by probing every candidate.</summary>
internal sealed class PlanMeasurement(BenchmarkOptions options) : IMeasurement
{
    private const int Hosts = 1000;
    private const int DevicesPerHost = 20;
    private const int Releases = 8;

    private static readonly string[] Types = ["V5_1", "V5_2", "V5_4", "V5_8"];
    private static readonly string[] Functions = ["8086-191b", "8086-1912", "8086-193b", "8086-591d", "8086-5912"];

    private static readonly TemplateForm Form =
        new("{pci_id:[0-9a-f]{4}-[0-9a-f]{4}}-{mdev_type:V5_[0-9]}-{software_version:[0-9.]+}");

    private static readonly CompatibilityRule[] Rules =
        [new OneOfRule("hardware", FieldNames.PciId, static _ => Functions), new EqualRule("type", FieldNames.MdevType), new VersionRule()];

    private long asked;

    public void Run(Report report)
    {
        PlanCandidate[] candidates = [.. Enumerable.Range(0, Hosts).SelectMany(CandidatesOf)];
        var index = new PlanIndex(candidates);
        string[] sources = [.. candidates.Select(static candidate => candidate.Version).Distinct()];
        report.Table(
            $"plan: {Hosts} hosts with {DevicesPerHost} types or devices each, loaded",
            $"Milliseconds of one plan, median over {options.Rounds} interleaved rounds of {sources.Length} different sources; the same answer, in the same order, is checked each time. "
            + "Asking is a call here; over a mount it is a write(2).",
            "search",
            "median ms",
            "99 % ms",
            "longest ms",
            "asked per plan");
        var (indexed, exhaustive) = (new List<double>(), new List<double>());
        (long byIndex, long byAll) = (0, 0);
        Array.ForEach(sources[..8], source => index.Find(source));
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (string source in sources)
            {
                Plan quick = Timed(() => index.Find(source), indexed, ref byIndex);
                Plan slow = Timed(() => PlanIndex.FindExhaustively(candidates, source), exhaustive, ref byAll);
                if (!quick.Candidates.SequenceEqual(slow.Candidates))
                {
                    throw new BenchmarkException($"plan: the index and the exhaustive search differ for {source}");
                }
            }
        }

        report.Ratio("plan: index over exhaustive search", Statistics.Median(indexed) / Statistics.Median(exhaustive));
        Write(report, "index", indexed, byIndex);
        Write(report, "exhaustive", exhaustive, byAll);
    }

    private Plan Timed(Func<Plan> search, List<double> took, ref long probes)
    {
        long before = asked;
        long start = Stopwatch.GetTimestamp();
        Plan plan = search();
        took.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        probes += asked - before;
        return plan;
    }

    private static void Write(Report report, string name, List<double> took, long probes) => report.Row(
        name,
        Statistics.Median(took).ToString("F3", CultureInfo.InvariantCulture),
        Statistics.Percentile(took, 0.99).ToString("F3", CultureInfo.InvariantCulture),
        took.Max().ToString("F3", CultureInfo.InvariantCulture),
        $"{probes / took.Count}");

    private IEnumerable<PlanCandidate> CandidatesOf(int host) => Enumerable.Range(0, DevicesPerHost).Select(device =>
    {
        var description = new DeviceDescription(
            "bench",
            new DescriptionField(FieldNames.PciId, Functions[host % Functions.Length], FieldKind.Identity),
            new DescriptionField(FieldNames.MdevType, Types[device % Types.Length], FieldKind.Identity),
            new DescriptionField(FieldNames.SoftwareVersion, $"1.{host % Releases}", FieldKind.Version));
        IMigrationCompatibility judge = new RuleBasedCompatibility("bench", Form, Rules, () => description);
        bool isType = device < Types.Length;
        return new PlanCandidate($"host-{host:0000}", $"{device:00}", $"bench-{Types[device % Types.Length]}", "", isType, judge.GetVersion().Value, judge.Policy!, isType ? host % 3 : null, version =>
        {
            asked++;
            return judge.Judge(Encoding.ASCII.GetBytes(version)).IsAccepted;
        });
    });
}
