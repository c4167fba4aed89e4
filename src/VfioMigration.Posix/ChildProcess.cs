using System.Collections;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// A process made by posix_spawn(3), of which this process hears when it stops, too. It is the child of the thread that made it, so a signal that it wants at its parent's end
/// comes when that thread ends.
/// </summary>
public sealed unsafe class ChildProcess
{
    private const int P_PID = 1;
    private const int WSTOPPED = 2;
    private const int WEXITED = 4;
    private const int CLD_EXITED = 1;
    private const int CLD_STOPPED = 5;
    private const short POSIX_SPAWN_SETSIGDEF = 0x04;
    private const short POSIX_SPAWN_SETSIGMASK = 0x08;

    /// <summary>32 and 33, which the C library keeps for itself (SIGCANCEL, SIGSETXID) and would otherwise leave ignored in the new process.</summary>
    private const ulong OwnSignals = 1UL << 31 | 1UL << 32;

    /// <summary>siginfo_t; posix_spawnattr_t and sigset_t are smaller in every C library.</summary>
    private const int OpaqueBytes = 1024;

    private ChildProcess(int id) => Id = id;

    public int Id { get; }

    /// <summary>Starts a program found along PATH, with standard output and error of this process and no signal blocked. ENOENT when there is none.</summary>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="changes">Changes to the environment; null removes a variable.</param>
    /// <param name="input">Its standard input; null for none at all.</param>
    public static Result<ChildProcess> Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> changes, FileDescriptor? input)
    {
        byte* actions = stackalloc byte[OpaqueBytes];
        _ = LibC.SpawnActionsInit(actions);
        _ = input is null ? LibC.SpawnActionsAddClose(actions, 0) : LibC.SpawnActionsAddDuplicate(actions, input.Number, 0);
        byte* attributes = stackalloc byte[OpaqueBytes];
        byte* signals = stackalloc byte[OpaqueBytes];
        _ = LibC.SpawnAttributesInit(attributes);
        _ = LibC.SpawnAttributesSetFlags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        _ = LibC.EmptySignalSet(signals);
        _ = LibC.SpawnAttributesSetSignalMask(attributes, signals);
        *(ulong*)signals = OwnSignals;
        _ = LibC.SpawnAttributesSetSignalDefault(attributes, signals);
        Dictionary<string, string?> environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(static pair => (string)pair.Key, static pair => (string?)pair.Value);
        foreach ((string name, string? value) in changes)
        {
            environment[name] = value;
        }

        byte** argv = ProcessImage.Vector(arguments);
        byte** envp = ProcessImage.Vector([.. environment.Where(static pair => pair.Value is not null).Select(static pair => $"{pair.Key}={pair.Value}")]);
        int process;
        int error = LibC.PosixSpawnAlongPath(&process, argv[0], actions, attributes, argv, envp);
        _ = LibC.SpawnAttributesDestroy(attributes);
        _ = LibC.SpawnActionsDestroy(actions);
        return error == 0 ? new ChildProcess(process) : (Errno)error;
    }

    /// <summary>Waits until the process ends; it is gone afterwards. Exit status, or the signal that ended it, negative.</summary>
    /// <param name="stopped">Called each time the process has stopped.</param>
    public int Wait(Action? stopped = null)
    {
        // si_signo, si_errno, si_code; then, aligned to 8 bytes, si_pid, si_uid, si_status (siginfo_t of 64-bit Linux).
        int* information = stackalloc int[OpaqueBytes / sizeof(int)];
        while (true)
        {
            if (LibC.WaitId(P_PID, Id, information, WEXITED | WSTOPPED) != 0)
            {
                if (PosixErrno.Last == Errno.EINTR)
                {
                    continue;
                }

                return 1;
            }

            (int code, int status) = (information[2], information[6]);
            if (code != CLD_STOPPED)
            {
                return code == CLD_EXITED ? status : -status;
            }

            // This process may have been stopped itself before it heard of it, and continued together with the child.
            if (IsStopped)
            {
                stopped?.Invoke();
            }
        }
    }

    /// <summary>State T of proc_pid_stat(5); the name before it may have spaces and parentheses.</summary>
    private bool IsStopped
    {
        get
        {
            try
            {
                string line = File.ReadAllText($"/proc/{Id}/stat");
                return line[(line.LastIndexOf(')') + 2)..].StartsWith('T');
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
