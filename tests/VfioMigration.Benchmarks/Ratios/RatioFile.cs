using System.Text.Encodings.Web;
using System.Text.Json;

namespace VfioMigration.Benchmarks.Ratios;

/// <summary>
/// What a run measured, independent of the speed of the machine: each number is our cost over a reference's cost in the same run, so
/// less is better everywhere.
/// </summary>
/// <param name="Made">On what machine and how it was made: names and texts.</param>
/// <param name="Ratios">By name: each the median of the rounds.</param>
internal sealed record RatioFile(IReadOnlyDictionary<string, string> Made, IReadOnlyDictionary<string, double> Ratios)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Null with an error message when the file cannot be read.</summary>
    internal static RatioFile? Load(string path, out string? problem)
    {
        problem = null;
        try
        {
            if (Parse(File.ReadAllText(path)) is { } file)
            {
                return file;
            }

            problem = $"{path}: holds no ratios";
        }
        catch (JsonException error)
        {
            problem = $"{path}: not a file of ratios: {error.Message}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: {error.Message}";
        }

        return null;
    }

    /// <summary>Throws <see cref="JsonException"/> for a text that is no such file.</summary>
    internal static RatioFile? Parse(string text) => JsonSerializer.Deserialize<RatioFile>(text, Format);

    /// <summary>Ratios with three digits behind the point.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this with { Ratios = Ratios.ToDictionary(ratio => ratio.Key, ratio => Math.Round(ratio.Value, 3)) }, Format);
}
