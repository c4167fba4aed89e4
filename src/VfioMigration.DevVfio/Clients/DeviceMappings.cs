namespace VfioMigration.DevVfio.Clients;

/// <summary>How mappings of regions look in <c>/proc/PID/maps</c>: as the file that they were made with.</summary>
internal static class DeviceMappings
{
    /// <param name="line">Of the list.</param>
    internal static bool IsOne(string line) =>
        line.Contains("/vfio/@", StringComparison.Ordinal) || line.Contains("/vfio/devices/", StringComparison.Ordinal);
}
