using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>The errno of the last call on this thread.</summary>
internal static class PosixErrno
{
    internal static Errno Last => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>Zero or more is success, as libc means it.</summary>
    internal static Errno Of(int returned) => returned >= 0 ? Errno.None : Last;
}
