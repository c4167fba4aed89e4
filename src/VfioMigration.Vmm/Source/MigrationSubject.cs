using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Vmm.Source;

/// <summary>What moves: a device, with the guest that uses it or alone.</summary>
/// <param name="Device">One that can be migrated.</param>
/// <param name="Guest">Null for a device that nobody uses.</param>
public sealed record MigrationSubject(VfioDevice Device, Guest? Guest);
