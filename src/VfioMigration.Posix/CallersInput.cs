using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// Standard input of the caller, kept for a child. This process has /dev/null instead: the runtime would set a terminal again as it found it when it is continued after a stop, and be
/// stopped for that in the background.
/// </summary>
public sealed class CallersInput : IDisposable
{
    private CallersInput(FileDescriptor? descriptor) => Descriptor = descriptor;

    /// <summary>Null when the caller had closed it.</summary>
    public FileDescriptor? Descriptor { get; }

    /// <summary>Takes it from this process.</summary>
    public static CallersInput Take()
    {
        // A descriptor with close-on-exec is not the caller's: the number was free, and the runtime has opened something.
        int kept = LibC.Fcntl(0, FileDescriptor.F_GETFD, 0) == 0 ? LibC.Fcntl(0, FileDescriptor.F_DUPFD_CLOEXEC, FirstFree) : -1;
        if (kept < 0)
        {
            return new CallersInput(null);
        }

        if (FileDescriptor.Open("/dev/null", OpenFlags.O_RDONLY).TryGet(out FileDescriptor nothing))
        {
            using (nothing)
            {
                _ = LibC.Duplicate(nothing.Number, 0);
            }
        }

        return new CallersInput(new FileDescriptor(kept));
    }

    private const int FirstFree = 3;

    public void Dispose() => Descriptor?.Dispose();
}
