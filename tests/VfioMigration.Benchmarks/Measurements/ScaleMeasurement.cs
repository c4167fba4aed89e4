using System.Diagnostics;
using System.Globalization;
using System.Text;

using Microsoft.Win32.SafeHandles;

using VfioMigration.Benchmarks.Processes;
using VfioMigration.Benchmarks.Serving;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>Ten thousand devices, made and removed one by one through the mount.</summary>
internal sealed class ScaleMeasurement(Workspace workspace, NativeTools tools, BenchmarkOptions options) : IMeasurement
{
    private const int Devices = 10_000;
    private const int StepSize = 1_000;
    private const string DevicesPath = "bus/mdev/devices";

    private readonly string[] uuids = [.. Enumerable.Range(0, Devices + StepSize).Select(number => $"{number:x8}-9c1d-4c3a-8f00-{number * 2654435761L:x12}")];

    public void Run(Report report)
    {
        using MountedServer ours = MountedServer.StartOurs(workspace, core: null);
        using SafeFileHandle create = System.IO.File.OpenHandle(ours.PathOf($"{UnlimitedModule.TypePath}/create"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        WarmUp(ours, create);

        long before = ours.ReadNumber(LoadTree.ManagedBytes);
        var created = new List<Step[]> { Create(ours, create) };
        long after = ours.ReadNumber(LoadTree.ManagedBytes);
        (double cold, long entries) = tools.List(ours.PathOf(DevicesPath));
        (double warm, _) = tools.List(ours.PathOf(DevicesPath));
        if (entries < Devices)
        {
            throw new BenchmarkException($"scale: {entries} entries in {DevicesPath} after {Devices} creations");
        }

        var removed = new List<Step[]> { RemoveAll(ours) };
        long end = ours.ReadNumber(LoadTree.ManagedBytes);
        while (created.Count < options.Rounds)
        {
            created.Add(Create(ours, create));
            removed.Add(RemoveAll(ours));
        }

        WriteSteps(report, Medians(created), Medians(removed));
        WriteRatios(report, "create", created);
        WriteRatios(report, "remove", removed);
        double bytesPerDevice = (after - before) / (double)Devices;
        report.Ratio("scale: managed bytes per device, over 8192", bytesPerDevice / 8192);
        WriteSummary(report, created, removed, (cold, warm), bytesPerDevice, (end - before) / (double)Devices);
    }

    private Step[] Create(MountedServer ours, SafeFileHandle create) =>
        Timed(ours, number => RandomAccess.Write(create, Encoding.ASCII.GetBytes(uuids[number]), 0));

    private Step[] RemoveAll(MountedServer ours) => Timed(ours, number => Remove(ours, uuids[number]));

    /// <summary>Of every thousand over the rounds.</summary>
    private static Step[] Medians(List<Step[]> rounds) =>
    [
        .. Enumerable.Range(0, rounds[0].Length).Select(thousand => new Step(
            Statistics.Median(rounds.Select(round => round[thousand].Elapsed)),
            Statistics.Median(rounds.Select(round => round[thousand].Processor)))),
    ];

    private static double Growth(List<Step[]> rounds) => Statistics.Median(rounds.Select(steps => steps[^1].Elapsed / steps[0].Elapsed));

    private static double ProcessorGrowth(List<Step[]> rounds) => Statistics.Median(rounds.Select(steps => steps[^1].Processor / steps[0].Processor));

    private static double Seconds(List<Step[]> rounds) => Statistics.Median(rounds.Select(steps => steps.Sum(step => step.Elapsed) * StepSize / 1e6));

    private static void WriteRatios(Report report, string verb, List<Step[]> rounds)
    {
        report.Ratio($"scale: {verb}, last thousand over first", Growth(rounds));
        report.Ratio($"scale: {verb}, last thousand over first, cpu", ProcessorGrowth(rounds));
    }

    /// <summary>Other devices than those measured, so that code is compiled and tables have their first size.</summary>
    private void WarmUp(MountedServer ours, SafeFileHandle create)
    {
        for (int round = 0; round < 3; round++)
        {
            foreach (string uuid in uuids[Devices..])
            {
                RandomAccess.Write(create, Encoding.ASCII.GetBytes(uuid), 0);
            }

            foreach (string uuid in uuids[Devices..])
            {
                Remove(ours, uuid);
            }
        }
    }

    private static Step[] Timed(MountedServer ours, Action<int> action)
    {
        var steps = new Step[Devices / StepSize];
        for (int step = 0; step < steps.Length; step++)
        {
            long begin = Stopwatch.GetTimestamp();
            TimeSpan processor = ours.ProcessorTime;
            for (int number = step * StepSize; number < (step + 1) * StepSize; number++)
            {
                action(number);
            }

            steps[step] = new Step(
                Stopwatch.GetElapsedTime(begin).TotalMicroseconds / StepSize,
                (ours.ProcessorTime - processor).TotalMicroseconds / StepSize);
        }

        return steps;
    }

    private static void Remove(MountedServer ours, string uuid)
    {
        using SafeFileHandle remove = System.IO.File.OpenHandle(ours.PathOf($"{DevicesPath}/{uuid}/remove"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(remove, "1"u8, 0);
    }

    private static void WriteSteps(Report report, Step[] created, Step[] removed)
    {
        report.Table(
            $"scale: {Devices} devices through create and remove",
            "Microseconds per device in each thousand, the median of the rounds; create is one write, remove is a path walk, open, write and close. All cores. "
            + "cpu is the server's processor time.",
            "thousand",
            "create",
            "create cpu",
            "remove",
            "remove cpu");
        for (int step = 0; step < created.Length; step++)
        {
            report.Row($"{step + 1}", Text(created[step].Elapsed), Text(created[step].Processor), Text(removed[step].Elapsed), Text(removed[step].Processor));
        }
    }

    private static void WriteSummary(
        Report report,
        List<Step[]> created,
        List<Step[]> removed,
        (double Cold, double Warm) listing,
        double bytesPerDevice,
        double bytesKept)
    {
        report.Table($"scale: {Devices} devices, summary", $"Medians of {created.Count} rounds on one server; managed bytes after a full collection, in the first round.", "quantity", "value", "target");
        report.Row("create, last thousand / first thousand", Text(Growth(created), 2), "flat");
        report.Row("create, last thousand / first thousand, cpu", Text(ProcessorGrowth(created), 2), "flat");
        report.Row("create all, s", Text(Seconds(created), 2), "");
        report.Row("remove, last thousand / first thousand", Text(Growth(removed), 2), "flat");
        report.Row("remove, last thousand / first thousand, cpu", Text(ProcessorGrowth(removed), 2), "flat");
        report.Row("remove all, s", Text(Seconds(removed), 2), "");
        report.Row($"readdir + stat of {DevicesPath}, cold, us per entry", Text(listing.Cold / 1000, 2), "");
        report.Row($"readdir + stat of {DevicesPath}, warm, us per entry", Text(listing.Warm / 1000, 2), "");
        report.Row("managed bytes per device", Text(bytesPerDevice, 0), "< 8192");
        report.Row("managed bytes per device kept after removal", Text(bytesKept, 0), "about 0");
    }

    private static string Text(double number, int digits = 1) => number.ToString($"F{digits}", CultureInfo.InvariantCulture);

    /// <summary>Microseconds per device.</summary>
    /// <param name="Elapsed">As the client sees it.</param>
    /// <param name="Processor">Of the server.</param>
    private readonly record struct Step(double Elapsed, double Processor);
}
