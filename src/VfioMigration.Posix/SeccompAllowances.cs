namespace VfioMigration.Posix;

/// <summary>What a filter does besides trapping ioctls: calls that it answers with success by itself, where a right is missing that nothing here needs, and others that it traps.</summary>
[Flags]
public enum SeccompAllowances
{
    None = 0,

    /// <summary>prlimit64(2) that sets RLIMIT_MEMLOCK: no memory is locked here.</summary>
    MemoryLock = 1,

    /// <summary>setgroups(2), which a user namespace with one user refuses.</summary>
    Groups = 2,

    /// <summary>fstat(2) is trapped, too, so that its supervisor can say of a file that it is a character device.</summary>
    FileStatus = 4,
}
