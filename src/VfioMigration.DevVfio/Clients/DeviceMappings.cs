namespace VfioMigration.DevVfio.Clients;

/// <summary>How mappings of regions look in <c>/proc/PID/maps</c>: as the memory behind them, or as the file that they were made with.</summary>
internal static class DeviceMappings
{
    /// <summary>The name of the memory that regions are in.</summary>
    internal const string MemoryName = "vfio-device";

    /// <param name="line">Of the list.</param>
    internal static bool IsOne(string line) =>
        line.Contains($"/memfd:{MemoryName}", StringComparison.Ordinal) || line.Contains("/vfio/@", StringComparison.Ordinal) || line.Contains("/vfio/devices/", StringComparison.Ordinal);
}
