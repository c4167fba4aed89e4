using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>What to migrate, and how.</summary>
/// <param name="Host">A host of the daemon.</param>
/// <param name="Device">Its VFIO device.</param>
/// <param name="Policy">When pre-copy ends.</param>
/// <param name="Unchecked">True skips the check whether the target accepts the source's state.</param>
public sealed record MigrationOrder(string Host, string Device, MigrationPolicy Policy, bool Unchecked = false)
{
    /// <summary><c>HOST/DEVICE</c>, for sentences.</summary>
    public string Source => $"{Host}/{Device}";
}
