using System.Text;

using FsCheck;
using FsCheck.Fluent;

namespace VfioMigration.Conformance;

/// <summary>Any bytes, and the own string damaged, give a verdict and never an exception.</summary>
internal sealed class NoiseCheck : IConformanceCheck
{
    internal const string CheckName = "noise";

    public string Name => CheckName;

    public IEnumerable<Finding> Run(DriverUnderTest driver, Laboratory laboratory, IReadOnlyList<Specimen> specimens) =>
        specimens.Select(specimen => (Specimen: specimen, Problem: FindProblem(specimen)))
            .Where(static tried => tried.Problem is not null)
            .Select(tried => new Finding(Name, tried.Specimen.Path, tried.Problem!));

    private static string? FindProblem(Specimen specimen)
    {
        byte[] own = Encoding.ASCII.GetBytes(specimen.Version ?? "x");
        byte[][] edges = [[], [0], "\n"u8.ToArray(), new byte[4096], [.. Enumerable.Repeat((byte)'-', 4096)], [.. Enumerable.Repeat((byte)0xFF, 4096)]];
        try
        {
            foreach (byte[] edge in edges)
            {
                specimen.Judge.Judge(edge);
            }

            Prop.ForAll<byte[], byte, byte>((noise, place, value) =>
            {
                specimen.Judge.Judge(noise);
                byte[] damaged = [.. own];
                damaged[place % own.Length] = value;
                specimen.Judge.Judge(damaged);
                specimen.Judge.Judge(own.AsSpan(0, place % own.Length));
                specimen.Judge.Judge([.. own, .. noise]);
                return true;
            }).QuickCheckThrowOnFailure();
            return null;
        }
        catch (Exception thrown)
        {
            return $"throws {(thrown.InnerException ?? thrown).GetType().Name} for a string";
        }
    }
}
