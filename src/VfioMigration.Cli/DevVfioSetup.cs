using VfioMigration.Daemon.Mounting;
using VfioMigration.Posix;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Cli;

/// <summary>The inner half's part of <c>/dev/vfio</c>: the mount, and the filter that traps the ioctls which open files.</summary>
internal static class DevVfioSetup
{
    private const string Folder = "/dev/vfio";
    private const string Kvm = "kvm";

    /// <summary>Adds what can be had; what cannot, and which right is missing, is the problem.</summary>
    internal static NamespaceDescriptors Add(NamespaceDescriptors descriptors, RunOptions options, out string? problem)
    {
        Result<FileDescriptor> opened = DevFuse.Open();
        if (!opened.TryGet(out FileDescriptor device, out Errno error))
        {
            problem = $"no {Folder}: {DevFuse.Path}: {error.Text()}";
            return descriptors;
        }

        problem = DevAssembly.Replace(device, options.ShowsKvm || HasVirtualization() ? [] : [Kvm]);
        if (problem is not null)
        {
            device.Dispose();
            return descriptors;
        }

        Result<FileDescriptor> root = FileDescriptor.Open(Folder, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        if (!root.IsOk)
        {
            device.Dispose();
            problem = $"no {Folder}: {root.Error.Text()}";
            return descriptors;
        }

        Result<FileDescriptor> trap = SeccompFilter.Install(VfioIoctlNumbers.ThatReturnFiles, Allowances(options));
        problem = trap.IsOk ? null : WhyNoTrap(trap.Error);
        return descriptors with { DevVfio = device, DevVfioRoot = root.Value, Trap = trap.IsOk ? trap.Value : null };
    }

    /// <summary>In a user namespace RLIMIT_MEMLOCK cannot be raised and groups cannot be set, and management software insists on both.</summary>
    private static SeccompAllowances Allowances(RunOptions options) =>
        (options.ShowsCharacterDevices ? SeccompAllowances.FileStatus : SeccompAllowances.None)
        | (UserNamespace.IsInitial ? SeccompAllowances.None : SeccompAllowances.MemoryLock | SeccompAllowances.Groups);

    private static string WhyNoTrap(Errno error) => $"{Folder}: devices cannot be opened through their group, and migration has no data descriptors: " + error switch
    {
        Errno.EBUSY => "this runs inside another `vfiomig run`, or under another seccomp supervisor, and the kernel has one only; join the host of the outer one, or leave it",
        Errno.EINVAL or Errno.ENOSYS => "the kernel has no seccomp filters with a supervisor (Linux 5.14, CONFIG_SECCOMP_FILTER)",
        _ => $"seccomp(2) is forbidden here: {error.Text()}",
    };

    /// <summary>Without it a machine can be created at /dev/kvm, and then does not run.</summary>
    private static bool HasVirtualization()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo").Any(static line => line.StartsWith("flags", StringComparison.Ordinal) && line.Split(' ') is var flags && (flags.Contains("vmx") || flags.Contains("svm")));
        }
        catch (IOException)
        {
            return true;
        }
    }
}
