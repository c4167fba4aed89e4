namespace VfioMigration.Posix;

/// <summary>
/// Writes the filter for the three ways into the kernel that a program of these machines has: x86-64, i386 on it, aarch64. Each system call costs it a handful of comparisons.
/// </summary>
internal static class SeccompProgram
{
    private const ushort BPF_LD_W_ABS = 0x20;
    private const ushort BPF_JMP_JEQ_K = 0x15;
    private const ushort BPF_RET_K = 0x06;

    private const uint SECCOMP_RET_ERRNO = 0x00050000;
    private const uint SECCOMP_RET_USER_NOTIF = 0x7fc00000;
    private const uint SECCOMP_RET_ALLOW = 0x7fff0000;

    /// <summary>In <c>struct seccomp_data</c>.</summary>
    private const uint NumberAt = 0;
    private const uint ArchitectureAt = 4;
    private const uint ArgumentsAt = 16;

    private const uint RLIMIT_MEMLOCK = 8;

    private const uint AT_EMPTY_PATH = 0x1000;

    private static readonly Machine[] Machines =
    [
        new(0xC000003E, Ioctl: 16, Prlimit64: 302, Setgroups: 116, FileStatus.Fstat, FileStatus.Newfstatat),
        new(0x40000003, Ioctl: 54, Prlimit64: 340, Setgroups: 206, null, null),
        new(0xC00000B7, Ioctl: 29, Prlimit64: 261, Setgroups: 159, FileStatus.FstatOfArm, FileStatus.NewfstatatOfArm),
    ];

    internal static SeccompInstruction[] Build(IReadOnlyList<uint> ioctls, SeccompAllowances allowances)
    {
        var program = new List<SeccompInstruction>();
        foreach (Machine known in Machines)
        {
            List<SeccompInstruction> machine =
            [
                .. allowances.HasFlag(SeccompAllowances.MemoryLock) ? Call(known.Prlimit64, MemoryLock()) : [],
                .. allowances.HasFlag(SeccompAllowances.Groups) ? Call(known.Setgroups, [Return(SECCOMP_RET_ERRNO)]) : [],
                .. allowances.HasFlag(SeccompAllowances.FileStatus) ? FileStatusCalls(known) : [],
                .. Call(known.Ioctl, Ioctls(ioctls)),
                Return(SECCOMP_RET_ALLOW),
            ];
            program.AddRange([Load(ArchitectureAt), SkipUnless(known.Architecture, machine.Count), .. machine]);
        }

        program.Add(Return(SECCOMP_RET_ALLOW));
        return [.. program];
    }

    /// <summary>True for a trapped call that asks for the status of an open file.</summary>
    /// <param name="architecture">AUDIT_ARCH_* of the caller.</param>
    /// <param name="number">Of the call.</param>
    /// <param name="isByPath">True for newfstatat(2).</param>
    internal static bool AsksForStatus(uint architecture, uint number, out bool isByPath)
    {
        Machine? machine = Array.Find(Machines, known => known.Architecture == architecture);
        isByPath = number == machine?.Newfstatat;
        return isByPath || number == machine?.Fstat;
    }

    private static List<SeccompInstruction> Call(uint number, List<SeccompInstruction> body) => [Load(NumberAt), SkipUnless(number, body.Count), .. body];

    private static List<SeccompInstruction> Ioctls(IReadOnlyList<uint> numbers)
    {
        List<SeccompInstruction> body = [Load(Argument(1))];
        foreach (uint number in numbers)
        {
            body.AddRange([SkipUnless(number, 1), Return(SECCOMP_RET_USER_NOTIF)]);
        }

        body.Add(Return(SECCOMP_RET_ALLOW));
        return body;
    }

    /// <summary>fstat(2), which C libraries since 2.33 make as newfstatat(fd, "", buffer, AT_EMPTY_PATH).</summary>
    private static List<SeccompInstruction> FileStatusCalls(Machine machine) => machine is { Fstat: { } fstat, Newfstatat: { } newfstatat }
        ?
        [
            .. Call(fstat, [Return(SECCOMP_RET_USER_NOTIF)]),
            .. Call(newfstatat, [Load(Argument(3)), SkipUnless(AT_EMPTY_PATH, 1), Return(SECCOMP_RET_USER_NOTIF), Return(SECCOMP_RET_ALLOW)]),
        ]
        : [];

    /// <summary>prlimit64(pid, RLIMIT_MEMLOCK, a limit, ...).</summary>
    private static List<SeccompInstruction> MemoryLock() =>
    [
        Load(Argument(1)),
        SkipUnless(RLIMIT_MEMLOCK, 5),
        Load(Argument(2)),
        new(BPF_JMP_JEQ_K, 0, 2, 0),
        Load(Argument(2) + 4),
        new(BPF_JMP_JEQ_K, 1, 0, 0),
        Return(SECCOMP_RET_ERRNO),
        Return(SECCOMP_RET_ALLOW),
    ];

    private static uint Argument(int index) => ArgumentsAt + ((uint)index * sizeof(ulong));

    private static SeccompInstruction Load(uint offset) => new(BPF_LD_W_ABS, 0, 0, offset);

    private static SeccompInstruction Return(uint value) => new(BPF_RET_K, 0, 0, value);

    /// <summary>AUDIT_ARCH_* and system call numbers of one way into the kernel; null for a call that is not trapped there.</summary>
    private sealed record Machine(uint Architecture, uint Ioctl, uint Prlimit64, uint Setgroups, uint? Fstat, uint? Newfstatat);

    private static SeccompInstruction SkipUnless(uint value, int skipped) => new(BPF_JMP_JEQ_K, 0, checked((byte)skipped), value);
}
