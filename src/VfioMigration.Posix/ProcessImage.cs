using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>The current process: who it is, and replacing it by another program.</summary>
public static unsafe class ProcessImage
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    private const int PR_SET_PDEATHSIG = 1;
    private const int PR_SET_NAME = 15;
    private const int SIG_SETMASK = 2;
    private const int OpaqueWords = 128;
    private const int RLIMIT_CORE = 4;
    private const int RLIMIT_NOFILE = 7;

    public static bool IsRoot => LibC.EffectiveUserId() == 0;

    public static uint UserId => LibC.EffectiveUserId();

    public static uint GroupId => LibC.EffectiveGroupId();

    public static int ParentId => LibC.ParentId();

    /// <summary>kill(2).</summary>
    public static Errno Kill(int processId, int signal) => PosixErrno.Of(LibC.Kill(processId, signal));

    /// <summary>The name of the process for ps(1) and killall(1); called by the main thread. At most 15 bytes.</summary>
    public static void SetName(ReadOnlySpan<byte> name)
    {
        fixed (byte* pointer = name)
        {
            LibC.Prctl(PR_SET_NAME, (nuint)pointer, 0, 0, 0);
        }
    }

    /// <summary>
    /// The signal that this process gets when the thread that made it ends (PR_SET_PDEATHSIG of prctl(2)); execve(2) keeps it, unless it raises privileges.
    /// </summary>
    public static void SetParentDeathSignal(int signal) => LibC.Prctl(PR_SET_PDEATHSIG, (nuint)signal, 0, 0, 0);

    /// <summary>Gives a signal its default action, or ignores it.</summary>
    public static void SetIgnored(int signal, bool isIgnored) => LibC.Signal(signal, isIgnored ? 1 : 0);

    /// <summary>What a program started by this thread inherits: ignored signals, all others with their default action, and the blocked ones. Bit 0 is signal 1.</summary>
    public static void SetSignals(ulong ignored, ulong blocked)
    {
        for (int signal = 1; signal <= 64; signal++)
        {
            if (signal is not (SIGKILL or SIGSTOP))
            {
                SetIgnored(signal, (ignored & (1UL << (signal - 1))) != 0);
            }
        }

        // sigset_t of every Linux begins with the signals as such a word.
        ulong* signals = stackalloc ulong[OpaqueWords];
        new Span<ulong>(signals, OpaqueWords).Clear();
        signals[0] = blocked;
        _ = LibC.SetSignalMask(SIG_SETMASK, signals, null);
    }

    /// <summary>The soft limit of open files; the hard one stays.</summary>
    public static void SetOpenFileLimit(ulong limit)
    {
        ulong* limits = stackalloc ulong[2];
        if (LibC.GetLimit(RLIMIT_NOFILE, limits) == 0)
        {
            limits[0] = Math.Min(limit, limits[1]);
            _ = LibC.SetLimit(RLIMIT_NOFILE, limits);
        }
    }

    /// <summary>Ends this process by a signal, as a command that it stands for has ended; no core is dumped, the command has done so.</summary>
    public static void EndBy(int signal)
    {
        ulong* none = stackalloc ulong[2];
        _ = LibC.SetLimit(RLIMIT_CORE, none);
        SetIgnored(signal, isIgnored: false);
        _ = LibC.Kill(Environment.ProcessId, signal);
    }

    /// <summary>
    /// execve(2): returns only when it failed. The program keeps the process id, the terminal and every descriptor that is not
    /// close-on-exec.
    /// </summary>
    /// <param name="path">The file, bytes as they are.</param>
    /// <param name="arguments">Bytes as they are, without terminators.</param>
    /// <param name="environment"><c>NAME=value</c> each.</param>
    public static Errno Execute(byte[] path, IReadOnlyList<byte[]> arguments, IReadOnlyList<byte[]> environment)
    {
        byte** argv = Vector(arguments);
        byte** envp = Vector(environment);
        _ = LibC.Execve(Vector([path])[0], argv, envp);
        return PosixErrno.Last;
    }

    /// <summary>A null-terminated array of C strings, which is never freed: for use before an exec.</summary>
    internal static byte** Vector(IReadOnlyList<string> strings) => Vector([.. strings.Select(System.Text.Encoding.UTF8.GetBytes)]);

    private static byte** Vector(IReadOnlyList<byte[]> strings)
    {
        byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)(strings.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Count; i++)
        {
            vector[i] = (byte*)NativeMemory.AllocZeroed((nuint)strings[i].Length + 1);
            strings[i].CopyTo(new Span<byte>(vector[i], strings[i].Length));
        }

        return vector;
    }
}
