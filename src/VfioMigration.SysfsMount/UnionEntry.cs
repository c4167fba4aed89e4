namespace VfioMigration.SysfsMount;

/// <summary>An entry of another file system that a mount shows besides its own.</summary>
/// <param name="Path">From the root, without a leading slash.</param>
/// <param name="Kind">What is there.</param>
/// <param name="Target">The text of a link; null otherwise.</param>
public sealed record UnionEntry(string Path, UnionEntryKind Kind, string? Target = null);
