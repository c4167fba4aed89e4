namespace VfioMigration.Fuse;

/// <summary>
/// An ioctl(2) as the kernel passes it to a server that may not have memory copied by itself (restricted, <c>fs/fuse/ioctl.c</c>): the argument is the caller's number or pointer, and only what the
/// request number declares is copied.
/// </summary>
/// <param name="Handle">Of the open file.</param>
/// <param name="Command">The request number.</param>
/// <param name="Argument">As the caller gave it.</param>
public readonly record struct FuseIoctl(ulong Handle, uint Command, ulong Argument);
