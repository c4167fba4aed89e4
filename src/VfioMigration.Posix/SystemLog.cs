using Mono.Unix.Native;

namespace VfioMigration.Posix;

/// <summary>syslog(3).</summary>
public static class SystemLog
{
    /// <summary>The ident stays allocated for the life of the process, as openlog(3) requires.</summary>
    private static readonly IntPtr Ident = System.Runtime.InteropServices.Marshal.StringToHGlobalAnsi("vfiomig");
    private static int opened;

    /// <param name="level">0 (emergency) to 7 (debug), as in <c>include/linux/kern_levels.h</c>.</param>
    /// <param name="text">Any text; it is never taken as a format.</param>
    public static void Write(int level, string text)
    {
        if (Interlocked.Exchange(ref opened, 1) == 0)
        {
            _ = Syscall.openlog(Ident, SyslogOptions.LOG_PID, SyslogFacility.LOG_DAEMON);
        }

        _ = Syscall.syslog(SyslogFacility.LOG_DAEMON, (SyslogLevel)level, text.Replace("%", "%%", StringComparison.Ordinal));
    }
}
