using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>What somebody wants migrated, and how.</summary>
/// <param name="Host">A host of the daemon that is asked.</param>
/// <param name="Device">Its VFIO device.</param>
/// <param name="Policy">When pre-copy ends.</param>
/// <param name="Unchecked">True leaves out the question whether the target takes the source's state.</param>
public sealed record MigrationOrder(string Host, string Device, MigrationPolicy Policy, bool Unchecked = false)
{
    /// <summary><c>HOST/DEVICE</c>, for sentences.</summary>
    public string Source => $"{Host}/{Device}";
}
