namespace VfioMigration.Benchmarks.Ratios;

/// <summary>A ratio in two files.</summary>
/// <param name="Name">Of the ratio.</param>
/// <param name="Old">Null when the first file has none of that name.</param>
/// <param name="New">Null when the second file has none of that name.</param>
internal sealed record RatioChange(string Name, double? Old, double? New)
{
    /// <summary>A difference up to this is noise.</summary>
    internal const double Tolerance = 0.05;

    /// <summary>Numbers in files have three digits; a difference of exactly the tolerance must not depend on their binary form.</summary>
    private const double Rounding = 0.0005;

    internal bool IsWorse => New - Old > Tolerance + Rounding;

    internal bool IsBetter => Old - New > Tolerance + Rounding;

    internal bool IsMissing => Old is null || New is null;
}
