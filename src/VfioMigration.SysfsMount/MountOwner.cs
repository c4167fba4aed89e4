namespace VfioMigration.SysfsMount;

/// <summary>
/// Who owns the files of a mount that nobody has given another owner. On a kernel that is root; a tree that a user has mounted is his, so that the kernel, which checks modes, lets him
/// write to it.
/// </summary>
/// <param name="Uid">User.</param>
/// <param name="Gid">Group.</param>
public readonly record struct MountOwner(uint Uid, uint Gid)
{
    public static MountOwner Root => default;
}
