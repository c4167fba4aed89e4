namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_MIGRATION_*</c>: what a device offers beyond the states every migratable device has.</summary>
[Flags]
public enum VfioMigrationFlags : ulong
{
    None = 0,
    VFIO_MIGRATION_STOP_COPY = 1 << 0,
    VFIO_MIGRATION_P2P = 1 << 1,
    VFIO_MIGRATION_PRE_COPY = 1 << 2,
}
