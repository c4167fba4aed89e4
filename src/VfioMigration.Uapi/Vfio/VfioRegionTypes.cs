namespace VfioMigration.Uapi.Vfio;

/// <summary>Types and subtypes of device specific regions.</summary>
public static class VfioRegionTypes
{
    /// <summary>VFIO_REGION_TYPE_MIGRATION_DEPRECATED, the migration region of kernels 5.8 to 5.17.</summary>
    public const uint VFIO_REGION_TYPE_MIGRATION = 3;

    public const uint VFIO_REGION_SUBTYPE_MIGRATION = 1;
}
