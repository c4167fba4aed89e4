namespace VfioMigration.Sysfs.Kernfs;

/// <summary>What stat(2) shows of a node.</summary>
/// <param name="Ino">Inode number.</param>
/// <param name="Mode">Type and permission bits.</param>
/// <param name="Nlink">Link count.</param>
/// <param name="Size">Bytes; a constant of the kind of node, not the length of its content.</param>
/// <param name="Uid">Owner; null for the one that a mount gives to all.</param>
/// <param name="Gid">Group; likewise.</param>
/// <param name="Atime">Access time.</param>
/// <param name="Mtime">Modification time.</param>
/// <param name="Ctime">Change time.</param>
public readonly record struct KernfsStat(
    ulong Ino,
    uint Mode,
    uint Nlink,
    ulong Size,
    uint? Uid,
    uint? Gid,
    DateTimeOffset Atime,
    DateTimeOffset Mtime,
    DateTimeOffset Ctime);
