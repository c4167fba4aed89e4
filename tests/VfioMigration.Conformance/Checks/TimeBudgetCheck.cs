using System.Diagnostics;
using System.Text;

namespace VfioMigration.Conformance;

/// <summary>A verdict about any string takes less than 100 milliseconds, and so does the string itself.</summary>
internal sealed class TimeBudgetCheck : IConformanceCheck
{
    internal const string CheckName = "time-budget";

    public string Name => CheckName;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(100);

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens)
    {
        byte[][] questions = [[], new byte[4096], [.. Enumerable.Repeat((byte)'a', 4096)], "1.0"u8.ToArray()];
        foreach (Specimen specimen in specimens)
        {
            byte[][] all = [.. questions, Encoding.ASCII.GetBytes(specimen.Version ?? "x")];
            foreach (byte[] question in all)
            {
                // The best of a few: the first call compiles, and the machine may be busy.
                TimeSpan best = Enumerable.Range(0, 3).Min(_ => Time(specimen, question));
                if (best > Budget)
                {
                    yield return new Finding(Name, specimen.Path, $"takes {best.TotalMilliseconds:0} ms for a string of {question.Length} bytes, {Budget.TotalMilliseconds:0} are allowed");
                    break;
                }
            }
        }
    }

    private static TimeSpan Time(Specimen specimen, byte[] question)
    {
        long start = Stopwatch.GetTimestamp();
        specimen.Judge.Judge(question);
        specimen.Judge.GetVersion();
        return Stopwatch.GetElapsedTime(start);
    }
}
