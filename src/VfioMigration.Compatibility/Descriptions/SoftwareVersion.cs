using System.Globalization;

namespace VfioMigration.Compatibility.Descriptions;

/// <summary>
/// <c>major.minor[.bugfix]</c> as proposed for <c>software_version</c> (R37): no compatibility across majors, a newer minor accepts an
/// older one and not the other way round, the bugfix number does not matter.
/// </summary>
/// <param name="Major">Changes when compatibility ends.</param>
/// <param name="Minor">Changes when something is added.</param>
/// <param name="Bugfix">Absent in the two-number form.</param>
public readonly record struct SoftwareVersion(int Major, int Minor, int? Bugfix = null)
{
    /// <summary>Digits and dots only, each number below 2^31.</summary>
    public static bool TryParse(string text, out SoftwareVersion version)
    {
        version = default;
        string[] parts = text.Split('.');
        if (parts.Length is not (2 or 3))
        {
            return false;
        }

        Span<int> numbers = stackalloc int[3];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!parts[i].All(char.IsAsciiDigit) || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return false;
            }
        }

        version = new SoftwareVersion(numbers[0], numbers[1], parts.Length == 3 ? numbers[2] : null);
        return true;
    }

    /// <summary>True when a device with this version takes the state of one with <paramref name="source"/>.</summary>
    public bool Accepts(SoftwareVersion source) => source.Major == Major && source.Minor <= Minor;

    public override string ToString() => Bugfix is null ? $"{Major}.{Minor}" : $"{Major}.{Minor}.{Bugfix}";
}
