using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vfio.Features;

/// <summary>The result of VFIO_DEVICE_FEATURE.</summary>
/// <param name="Error">The errno, or none.</param>
/// <param name="Session">The session behind the data descriptor that MIG_DEVICE_STATE gives out; null when it gives out none.</param>
public readonly record struct FeatureOutcome(Errno Error, MigrationSession? Session = null);
