namespace VfioMigration.Benchmarks.Measurements;

/// <summary>The file of the default lab that the product is about.</summary>
internal static class ProductFile
{
    internal const string Directory = "class/mdev_bus/0000:00:02.0/mdev_supported_types/i915-GVTg_V5_4";

    internal const string Name = "migration_version";

    /// <summary>A well-formed string of another function: refused, with a reason in the kernel log.</summary>
    internal const string RefusedText = "8086-193b-GVTg_V5_4-00000001";
}
