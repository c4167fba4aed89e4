using VfioMigration.Uapi;

namespace VfioMigration.Compatibility;

/// <summary>
/// What a vendor driver answers for one type or one device. The same object, or two that share one function, must serve the type node
/// and the device node, so that they cannot contradict each other (R4). Called without locks, from several threads.
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
}
