namespace VfioMigration.Compatibility.Judging;

/// <summary>How strict user space is.</summary>
/// <param name="Attribute">The file; <c>version</c> and <c>vfio_migration_version</c> have the same rules.</param>
/// <param name="Types">What unequal types mean; null takes the proposal's own: required for types, off for devices.</param>
/// <param name="ComparesParameters">R14: <c>mdev/aggregated_instances</c> must be equal where both have it.</param>
public sealed record JudgeOptions(string Attribute = "migration_version", TypePolicy? Types = null, bool ComparesParameters = false);
