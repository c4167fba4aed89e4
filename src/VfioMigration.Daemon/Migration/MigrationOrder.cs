using VfioMigration.Control;
using VfioMigration.Vmm;

namespace VfioMigration.Daemon.Migration;

/// <summary>What somebody wants migrated.</summary>
/// <param name="Source"><c>HOST/DEVICE</c> of the daemon that is asked.</param>
/// <param name="Target">See <see cref="MigrationAddress"/>.</param>
/// <param name="Policy">When pre-copy ends.</param>
/// <param name="Unchecked">True leaves out the question whether the target takes the source's state.</param>
public sealed record MigrationOrder(string Source, string Target, MigrationPolicy Policy, bool Unchecked = false);
