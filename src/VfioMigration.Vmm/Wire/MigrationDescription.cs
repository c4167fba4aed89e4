using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vmm.Wire;

/// <summary>Describes the migration that follows.</summary>
/// <param name="Id">Of this attempt; no two are the same.</param>
/// <param name="Source">Host and device of the source.</param>
/// <param name="TargetHost">The target host; null where the other side chooses.</param>
/// <param name="TargetDevice">The target device; null where the other side chooses.</param>
/// <param name="MigrationVersion">What the source's <c>migration_version</c> reads; null when it has none.</param>
/// <param name="Personality">The source device's interface of migration.</param>
/// <param name="MemoryMegabytes">The guest's memory; 0 for a device without a guest.</param>
/// <param name="StepsPerSecond">Of the workload.</param>
/// <param name="Seed">Of the workload.</param>
/// <param name="Pattern">Of the workload.</param>
/// <param name="Origin">Where the source can be queried for the outcome; null when it cannot.</param>
/// <param name="OneWay">True when nothing can be sent back.</param>
public sealed record MigrationDescription(
    Guid Id,
    string Source,
    string? TargetHost,
    string? TargetDevice,
    string? MigrationVersion,
    string Personality,
    int MemoryMegabytes = 0,
    int StepsPerSecond = 0,
    ulong Seed = 0,
    AccessPattern Pattern = AccessPattern.Uniform,
    string? Origin = null,
    bool OneWay = false);
