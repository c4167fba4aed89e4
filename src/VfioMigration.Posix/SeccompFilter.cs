using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// A seccomp filter (seccomp(2)) of this thread and of the program that it becomes: it leaves every system call alone but those that it is made for. Of the ioctls it traps the numbers given, for which a
/// supervisor answers (<see cref="SeccompListener"/>).
/// </summary>
public static unsafe class SeccompFilter
{
    private const int SECCOMP_SET_MODE_FILTER = 1;
    private const nint SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1 << 2;
    private const nint SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3;

    /// <summary>Since Linux 5.19: once the supervisor has the call, only a deadly signal ends the wait.</summary>
    private const nint SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 1 << 5;

    /// <summary>
    /// Installs the filter; the descriptor of its supervisor. EBUSY: a filter with a supervisor is there already, and the kernel has no second one. EINVAL, ENOSYS: the kernel has no such filters. EACCES, EPERM:
    /// they are forbidden here.
    /// </summary>
    /// <param name="ioctls">Request numbers that are trapped.</param>
    /// <param name="allowances">What it does besides.</param>
    public static Result<FileDescriptor> Install(IReadOnlyList<uint> ioctls, SeccompAllowances allowances)
    {
        SeccompInstruction[] program = SeccompProgram.Build(ioctls, allowances);
        int number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 277 : 317;
        fixed (SeccompInstruction* instructions = program)
        {
            var filter = new SeccompProgramHeader { Length = (ushort)program.Length, Instructions = instructions };
            nint listener = LibC.Seccomp(
                number, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV | SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter);
            if (listener < 0 && PosixErrno.Last == Errno.EINVAL)
            {
                listener = LibC.Seccomp(number, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter);
            }

            return listener < 0 ? PosixErrno.Last : new FileDescriptor((int)listener);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SeccompProgramHeader
    {
        internal ushort Length;
        internal SeccompInstruction* Instructions;
    }
}
