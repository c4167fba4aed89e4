using System.Globalization;

namespace VfioMigration.Posix;

/// <summary>Capabilities of a thread in the first user namespace (capable() of the kernel).</summary>
public static class ProcessCapabilities
{
    private const int CAP_SYS_RAWIO = 17;

    /// <summary>True for a thread that may use devices without protection. False in a user namespace of its own, whatever it may do there.</summary>
    public static bool HasRawIo(int thread)
    {
        const string Field = "CapEff:";
        try
        {
            string? line = File.ReadLines($"/proc/{thread}/status").FirstOrDefault(static line => line.StartsWith(Field, StringComparison.Ordinal));
            return line is not null
                && ulong.TryParse(line.AsSpan(Field.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong effective)
                && (effective & (1UL << CAP_SYS_RAWIO)) != 0
                && new FileInfo($"/proc/{thread}/ns/user").LinkTarget == new FileInfo("/proc/self/ns/user").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
