using VfioMigration.Uapi.Vfio;

using static VfioMigration.Uapi.Vfio.VfioMigrationFlags;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>The four sets of optional states that a device can have.</summary>
internal static class FeatureSets
{
    internal const VfioMigrationFlags StopCopy = VFIO_MIGRATION_STOP_COPY;
    internal const VfioMigrationFlags P2P = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P;
    internal const VfioMigrationFlags PreCopy = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_PRE_COPY;
    internal const VfioMigrationFlags Everything = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P | VFIO_MIGRATION_PRE_COPY;

    internal static TheoryData<VfioMigrationFlags> All => [StopCopy, P2P, PreCopy, Everything];

    /// <summary>As the measured tables spell it, such as <c>STOP_COPY+P2P</c>.</summary>
    internal static VfioMigrationFlags Parse(string name) =>
        name.Split('+').Aggregate(None, (flags, part) => flags | Enum.Parse<VfioMigrationFlags>("VFIO_MIGRATION_" + part));
}
