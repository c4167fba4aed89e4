namespace VfioMigration.Vendors.Qat;

/// <summary>Names of algorithms, each once, in the order of the alphabet: equal sets have equal texts.</summary>
internal sealed record AlgorithmSet
{
    internal const string Expectation = "at most 32 comma-separated names of up to 32 lower-case letters, digits and dashes";

    private const int MaxNames = 32;
    private const int MaxLength = 32;

    private AlgorithmSet(string text) => Text = text;

    /// <summary>Of a function that was not configured.</summary>
    internal static AlgorithmSet Default { get; } = new("aes-cbc,aes-gcm,sha256");

    internal string Text { get; }

    /// <summary>Null for a name that is none, and for too many.</summary>
    internal static AlgorithmSet? Parse(string text)
    {
        string[] names = text.Length == 0 ? [] : text.Split(',');
        return names.Length <= MaxNames && names.All(IsName)
            ? new AlgorithmSet(string.Join(',', names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)))
            : null;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxLength
        && name.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
