using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Forms;
using VfioMigration.Compatibility.Rules;
using VfioMigration.Uapi;

namespace VfioMigration.Compatibility;

/// <summary>
/// What a vendor driver answers for one type or one device. The same object, or two that share one function, must serve the type node
/// and the device node, so that they cannot contradict each other (R4). Called without locks, from several threads.
/// <see cref="RuleBasedCompatibility"/> implements all of it from data; a driver that has only its string implements the first
/// two methods.
/// </summary>
public interface IMigrationCompatibility
{
    /// <summary>
    /// The version string without a newline: ASCII, at most <see cref="MigrationVersionString.MaxLength"/> bytes, made of everything
    /// that decides about compatibility, creation parameters and later configuration included (R9, R32). An errno, customarily
    /// ENODEV, means that migration is not supported (R7).
    /// </summary>
    Result<string> GetVersion();

    /// <summary>
    /// Judges a string that claims to come from a source device. It may be anything, up to 4096 bytes: another vendor's string, noise,
    /// NULs (R20).
    /// </summary>
    Verdict Judge(ReadOnlySpan<byte> remote);

    /// <summary>
    /// The device as fields, for the interfaces that show them. EOPNOTSUPP: the driver keeps its string opaque; else as
    /// <see cref="GetVersion"/>.
    /// </summary>
    Result<DeviceDescription> Describe() => Errno.EOPNOTSUPP;

    /// <summary>Devices whose state would be accepted, the preferred ones first, the device itself among them; need not be complete (R30).</summary>
    IReadOnlyList<DeviceDescription> GetAlternatives() => [];

    /// <summary>The rules, where the driver judges by rules, for interfaces that show what one of them compares.</summary>
    IReadOnlyList<CompatibilityRule> Rules => [];

    /// <summary>
    /// Identifies the rules: two nodes with the same identification and the same string give the same answers. Null gives no such guarantee.
    /// </summary>
    string? Policy => null;

    /// <summary>The version string of a description of the driver's own making.</summary>
    string Spell(DeviceDescription description) => description.ToString();
}
