namespace VfioMigration.Posix;

/// <summary>An ioctl(2), or a question for the status of an open file, that a filter has trapped.</summary>
/// <param name="Id">Of the call.</param>
/// <param name="Thread">Who makes it, as this process sees it; 0 when it cannot.</param>
/// <param name="Descriptor">The first argument.</param>
/// <param name="Request">The second, of an ioctl.</param>
/// <param name="Argument">The third, of an ioctl; else where the status goes.</param>
/// <param name="IsFileStatus">True for fstat(2).</param>
public readonly record struct TrappedCall(ulong Id, int Thread, int Descriptor, uint Request, ulong Argument, bool IsFileStatus = false);
