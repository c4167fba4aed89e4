using System.Diagnostics;
using System.Globalization;
using System.Text;

using Microsoft.Win32.SafeHandles;

using VfioMigration.Benchmarks.Processes;
using VfioMigration.Benchmarks.Serving;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>Ten thousand devices, made and removed one by one through the mount.</summary>
internal sealed class ScaleMeasurement(Workspace workspace, NativeTools tools) : IMeasurement
{
    private const int Devices = 10_000;
    private const int Step = 1_000;
    private const string DevicesPath = "bus/mdev/devices";

    private readonly string[] uuids = [.. Enumerable.Range(0, Devices + Step).Select(number => $"{number:x8}-9c1d-4c3a-8f00-{number * 2654435761L:x12}")];

    public void Run(Report report)
    {
        using MountedServer ours = MountedServer.StartOurs(workspace, core: null);
        using SafeFileHandle create = System.IO.File.OpenHandle(ours.PathOf($"{UnlimitedModule.TypePath}/create"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        WarmUp(ours, create);

        long before = ours.ReadNumber(LoadTree.ManagedBytes);
        double[] created = Timed(number => RandomAccess.Write(create, Encoding.ASCII.GetBytes(uuids[number]), 0));
        long after = ours.ReadNumber(LoadTree.ManagedBytes);
        (double cold, long entries) = tools.List(ours.PathOf(DevicesPath));
        (double warm, _) = tools.List(ours.PathOf(DevicesPath));
        if (entries < Devices)
        {
            throw new BenchmarkException($"scale: {entries} entries in {DevicesPath} after {Devices} creations");
        }

        double[] removed = Timed(number => Remove(ours, uuids[number]));
        long end = ours.ReadNumber(LoadTree.ManagedBytes);
        WriteSteps(report, created, removed);
        WriteSummary(report, created, removed, (cold, warm), (after - before) / (double)Devices, (end - before) / (double)Devices);
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

    /// <summary>Microseconds per device, for each thousand.</summary>
    private static double[] Timed(Action<int> action)
    {
        var steps = new double[Devices / Step];
        for (int step = 0; step < steps.Length; step++)
        {
            long begin = Stopwatch.GetTimestamp();
            for (int number = step * Step; number < (step + 1) * Step; number++)
            {
                action(number);
            }

            steps[step] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds / Step;
        }

        return steps;
    }

    private static void Remove(MountedServer ours, string uuid)
    {
        using SafeFileHandle remove = System.IO.File.OpenHandle(ours.PathOf($"{DevicesPath}/{uuid}/remove"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(remove, "1"u8, 0);
    }

    private static void WriteSteps(Report report, double[] created, double[] removed)
    {
        report.Table(
            $"scale: {Devices} devices through create and remove",
            "Microseconds per device in each thousand; create is one write, remove is a path walk, open, write and close. All cores.",
            "thousand",
            "create",
            "remove");
        for (int step = 0; step < created.Length; step++)
        {
            report.Row($"{step + 1}", Text(created[step]), Text(removed[step]));
        }
    }

    private static void WriteSummary(
        Report report,
        double[] created,
        double[] removed,
        (double Cold, double Warm) listing,
        double bytesPerDevice,
        double bytesKept)
    {
        report.Table($"scale: {Devices} devices, summary", "Managed bytes after a full collection.", "quantity", "value", "target");
        report.Row("create, last thousand / first thousand", Text(created[^1] / created[0], 2), "flat");
        report.Row("create all, s", Text(created.Sum() * Step / 1e6, 2), "");
        report.Row("remove, last thousand / first thousand", Text(removed[^1] / removed[0], 2), "flat");
        report.Row("remove all, s", Text(removed.Sum() * Step / 1e6, 2), "");
        report.Row($"readdir + stat of {DevicesPath}, cold, us per entry", Text(listing.Cold / 1000, 2), "");
        report.Row($"readdir + stat of {DevicesPath}, warm, us per entry", Text(listing.Warm / 1000, 2), "");
        report.Row("managed bytes per device", Text(bytesPerDevice, 0), "< 8192");
        report.Row("managed bytes per device kept after removal", Text(bytesKept, 0), "about 0");
    }

    private static string Text(double number, int digits = 1) => number.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
