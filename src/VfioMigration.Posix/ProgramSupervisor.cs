using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// The process between a daemon and a driver's program (<c>vfiomig __program</c>): no process of the program outlives it, and it does not outlive the daemon. It is the
/// subreaper (prctl(2), PR_SET_CHILD_SUBREAPER) of everything that the program starts, so a child that was forked twice is still its descendant; the end of the daemon,
/// by whatever signal, closes the other end of a pipe. <see cref="SupervisedProgram"/> is the daemon's side.
/// </summary>
public static unsafe class ProgramSupervisor
{
    /// <summary>The hidden command of the program <c>vfiomig</c> that calls <see cref="Run"/>.</summary>
    public const string CommandName = "__program";

    private const int PR_SET_CHILD_SUBREAPER = 36;
    private const int SYS_pidfd_open = 434;
    private const int WNOHANG = 1;
    private const short POSIX_SPAWN_SETSIGDEF = 0x04;
    private const short POSIX_SPAWN_SETSIGMASK = 0x08;
    private const short POSIX_SPAWN_SETSID = 0x80;

    private const string OwnDescriptors = "/proc/self/fd";

    /// <summary>posix_spawnattr_t and sigset_t are smaller in every C library.</summary>
    private const int OpaqueBytes = 1024;

    /// <summary>How often orphans that have ended are collected, and how long the end of what was killed is waited for.</summary>
    private const int CollectMilliseconds = 1000;
    private const int KillMilliseconds = 10;

    /// <summary>
    /// Runs a command by the shell with this process's standard input and output, until it ends or the daemon closes its end of the pipe, and kills all that is left of it.
    /// </summary>
    /// <param name="lifeline">The read end of the pipe, whose write end only the daemon holds.</param>
    /// <param name="command">Given to <c>/bin/sh -c</c>.</param>
    /// <returns>0 when nothing of the program is left; 1 when something cannot be killed; 127 when there is no shell.</returns>
    public static int Run(FileDescriptor lifeline, string command)
    {
        KeepDescriptorsFromProgram();

        // Another name than the daemon's, so that killall(1) does not take both at once.
        ProcessImage.SetName("driver-program\0"u8);
        LibC.Prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

        // A supervisor that its program has stopped still sees the daemon's end. Harmless when only the daemon's thread ends.
        ProcessImage.SetParentDeathSignal(ProcessImage.SIGCONT);
        LibC.SetSid();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => lifeline.Dispose());
        if (!Spawn(["/bin/sh", "-c", $"exec {command}"]).TryGet(out int program))
        {
            return 127;
        }

        DropStandardStreams();
        WaitForEnd(lifeline, program);
        return KillAll() ? 0 : 1;
    }

    /// <summary>Close-on-exec for all but the standard streams: the lifeline, and what the daemon was started with.</summary>
    private static void KeepDescriptorsFromProgram()
    {
        const int FirstOther = 3;
        foreach (int descriptor in Descriptors())
        {
            if (descriptor >= FirstOther)
            {
                _ = LibC.Fcntl(descriptor, FileDescriptor.F_SETFD, FileDescriptor.FD_CLOEXEC);
            }
        }
    }

    private static IEnumerable<int> Descriptors() =>
        Directory.GetFiles(OwnDescriptors).Select(static path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    /// <summary>A program that closes its end of a stream is seen to do so. The runtime has copies of the standard streams.</summary>
    private static void DropStandardStreams()
    {
        if (!FileDescriptor.Open("/dev/null", OpenFlags.O_RDWR).TryGet(out FileDescriptor nothing))
        {
            return;
        }

        using (nothing)
        {
            string?[] dropped = [LinkOf(0), LinkOf(1)];
            foreach (int descriptor in Descriptors())
            {
                if (LinkOf(descriptor) is { } link && dropped.Contains(link))
                {
                    _ = LibC.Duplicate(nothing.Number, descriptor);
                }
            }
        }
    }

    private static string? LinkOf(int descriptor)
    {
        try
        {
            return new FileInfo($"{OwnDescriptors}/{descriptor}").LinkTarget;
        }
        catch (IOException)
        {
            // The descriptor of the listing itself is closed already.
            return null;
        }
    }

    private static void WaitForEnd(FileDescriptor lifeline, int program)
    {
        int exit = (int)LibC.PidFdOpen(SYS_pidfd_open, program, 0);
        PollDescriptor* both = stackalloc PollDescriptor[2];
        both[0] = new PollDescriptor { Fd = lifeline.Number };
        both[1] = new PollDescriptor { Fd = exit, Events = (short)PollEvents.POLLIN };
        do
        {
            _ = LibC.Poll(both, 2, CollectMilliseconds);
        }
        while (both[0].Returned == 0 && !lifeline.IsClosed && Collect(program));

        if (exit >= 0)
        {
            _ = LibC.Close(exit);
        }
    }

    /// <summary>Collects the children that have ended; false when the program was among them, or there are none.</summary>
    private static bool Collect(int program)
    {
        int status;
        int ended;
        do
        {
            ended = LibC.WaitPid(-1, &status, WNOHANG);
        }
        while (ended > 0 && ended != program);

        return ended == 0;
    }

    private static bool KillAll()
    {
        int self = Environment.ProcessId;
        while (true)
        {
            bool killed = ProcessTree.Kill(() => ProcessTree.DescendantsOf(self));
            _ = LibC.Poll(null, 0, killed ? KillMilliseconds : 0);
            int status;
            int ended;
            do
            {
                ended = LibC.WaitPid(-1, &status, WNOHANG);
            }
            while (ended > 0);

            if (ended < 0 || !killed)
            {
                return ended < 0;
            }
        }
    }

    /// <summary>In a session of its own, so that a program that signals its group does not reach its supervisor, and with the signals as they are by default.</summary>
    private static Result<int> Spawn(IReadOnlyList<string> arguments)
    {
        byte* attributes = stackalloc byte[OpaqueBytes];
        byte* signals = stackalloc byte[OpaqueBytes];
        _ = LibC.SpawnAttributesInit(attributes);
        _ = LibC.SpawnAttributesSetFlags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
        _ = LibC.EmptySignalSet(signals);
        _ = LibC.SpawnAttributesSetSignalMask(attributes, signals);
        _ = LibC.FillSignalSet(signals);
        _ = LibC.SpawnAttributesSetSignalDefault(attributes, signals);
        string[] environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static pair => $"{pair.Key}={pair.Value}")];
        byte** argv = ProcessImage.Vector(arguments);
        int process;
        int error = LibC.PosixSpawn(&process, argv[0], null, attributes, argv, ProcessImage.Vector(environment));
        _ = LibC.SpawnAttributesDestroy(attributes);
        return error == 0 ? process : (Errno)error;
    }
}
