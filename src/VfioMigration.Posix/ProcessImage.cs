using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>The current process: who it is, and replacing it by another program.</summary>
public static unsafe class ProcessImage
{
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    public static bool IsRoot => LibC.EffectiveUserId() == 0;

    public static uint UserId => LibC.EffectiveUserId();

    /// <summary>kill(2).</summary>
    public static Errno Kill(int processId, int signal) => PosixErrno.Of(LibC.Kill(processId, signal));

    /// <summary>
    /// execve(2): returns only when it failed. The program keeps the process id, the terminal and every descriptor that is not
    /// close-on-exec.
    /// </summary>
    public static Errno Execute(string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        byte** argv = Vector(arguments);
        byte** envp = Vector(environment.Select(pair => $"{pair.Key}={pair.Value}").ToArray());
        byte* file = (byte*)Marshal.StringToCoTaskMemUTF8(path);
        _ = LibC.Execve(file, argv, envp);
        return PosixErrno.Last;
    }

    /// <summary>A null-terminated array of C strings, which is never freed: for use before an exec.</summary>
    internal static byte** Vector(IReadOnlyList<string> strings)
    {
        byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)(strings.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Count; i++)
        {
            vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        return vector;
    }
}
