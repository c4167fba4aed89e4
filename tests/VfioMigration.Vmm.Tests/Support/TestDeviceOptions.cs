using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>What a <see cref="TestDevice"/> can do.</summary>
/// <param name="Personality">Its interface of migration.</param>
/// <param name="Flags">Its optional states.</param>
/// <param name="HasDirtyLog">Whether it logs its writes.</param>
/// <param name="KeepsState">Whether it stays as it is when it is closed.</param>
internal sealed record TestDeviceOptions(
    MigrationPersonality Personality = MigrationPersonality.V2,
    VfioMigrationFlags Flags = VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY | VfioMigrationFlags.VFIO_MIGRATION_P2P,
    bool HasDirtyLog = true,
    bool KeepsState = false);
