using System.Globalization;

namespace VfioMigration.Vfio.Faults;

/// <summary>The words <c>KEY=NUMBER</c> of a rule.</summary>
public static class FaultNumbers
{
    /// <summary>False when the word is present and is not an integer from 0.</summary>
    /// <param name="words">Of the rule.</param>
    /// <param name="key">Before the equals sign.</param>
    /// <param name="defaultValue">Without such a word.</param>
    /// <param name="number">The value.</param>
    public static bool TryRead(string[] words, string key, int defaultValue, out long number)
    {
        number = defaultValue;
        string? found = words.FirstOrDefault(word => word.StartsWith(key + "=", StringComparison.Ordinal));
        return found is null || long.TryParse(found.AsSpan(key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
