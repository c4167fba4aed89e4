using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;

namespace VfioMigration.Vmm.Source;

/// <summary>What moves: a device, with the guest that uses it or alone.</summary>
/// <param name="Device">One that can be migrated.</param>
/// <param name="Guest">Null for a device without a guest.</param>
/// <param name="Use">Keeps a device without a guest from being used or removed meanwhile.</param>
public sealed record MigrationSubject(VfioDevice Device, Guest? Guest, DeviceUse? Use = null)
{
    /// <summary>Cancelled when the device must be released.</summary>
    internal CancellationToken Stopping => Guest?.Stopping ?? Use?.Stopping ?? CancellationToken.None;
}
