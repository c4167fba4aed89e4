using VfioMigration.Sysfs;

namespace VfioMigration.Compatibility.Forms;

/// <summary>The rules for version strings (R9).</summary>
public static class MigrationVersionString
{
    /// <summary>
    /// The proposal says PATH_MAX (4096). A page shows at most 4095 bytes and the last one is the newline, so 4094 is the longest string
    /// that can be read back.
    /// </summary>
    public const int MaxLength = SysfsAttribute.MaxShown - 1;

    /// <summary>Null when the string obeys the rules, else what is wrong with it.</summary>
    public static string? FindProblem(string version) =>
        string.IsNullOrEmpty(version) ? "the string is empty"
        : version.Length > MaxLength ? $"the string has {version.Length} bytes, {MaxLength} fit into a page with the newline"
        : version.AsSpan().ContainsAnyExceptInRange(' ', '~') ? "the string is not printable ASCII"
        : null;
}
