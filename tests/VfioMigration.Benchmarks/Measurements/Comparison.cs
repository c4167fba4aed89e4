using System.Globalization;

using VfioMigration.Benchmarks.Processes;

namespace VfioMigration.Benchmarks.Measurements;

/// <summary>Two servers under the same load in turns; each round gives one ratio of times and one of processor times.</summary>
/// <param name="rounds">How often each side gets its turn.</param>
internal sealed class Comparison(int rounds)
{
    /// <summary>Columns of the rows that <see cref="Row"/> makes.</summary>
    internal static readonly IReadOnlyList<string> Columns =
        ["operation", "clients", "ours us", "libfuse us", "ratio", "lowest", "highest", "ours cpu us", "libfuse cpu us", "cpu ratio"];

    /// <summary>Measures and writes a row of a table of that group. The side that begins changes from round to round, so that a drift of the machine hits both alike.</summary>
    internal void Row(Report report, string group, string name, int clients, Func<OperationCost> ours, Func<OperationCost> libfuse)
    {
        var costs = new (OperationCost Ours, OperationCost Libfuse)[rounds];
        for (int i = 0; i < rounds; i++)
        {
            if (i % 2 == 0)
            {
                costs[i].Ours = ours();
                costs[i].Libfuse = libfuse();
            }
            else
            {
                costs[i].Libfuse = libfuse();
                costs[i].Ours = ours();
            }
        }

        double[] ratios = [.. costs.Select(cost => cost.Ours.Elapsed / cost.Libfuse.Elapsed)];

        // All processes share one core: on an idle machine that is the ratio of the times, on a busy one it does not count the others.
        report.Ratio($"{group}: {name}, {clients} clients, cpu", Statistics.Median(costs.Select(cost => cost.Ours.Processor / cost.Libfuse.Processor)));
        report.Row(
            name,
            $"{clients}",
            Text(costs.Select(cost => cost.Ours.Elapsed)),
            Text(costs.Select(cost => cost.Libfuse.Elapsed)),
            Text(ratios),
            Text([ratios.Min()]),
            Text([ratios.Max()]),
            Text(costs.Select(cost => cost.Ours.Processor)),
            Text(costs.Select(cost => cost.Libfuse.Processor)),
            Text(costs.Select(cost => cost.Ours.Processor / cost.Libfuse.Processor)));
    }

    private static string Text(IEnumerable<double> numbers) => Statistics.Median(numbers).ToString("F2", CultureInfo.InvariantCulture);
}
