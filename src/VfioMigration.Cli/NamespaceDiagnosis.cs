using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary>Says plainly what the system forbids when namespaces or FUSE are not to be had.</summary>
internal static class NamespaceDiagnosis
{
    internal static string Explain()
    {
        string[] reasons = [.. Reasons()];
        return reasons.Length > 0
            ? $"cannot create the namespaces for the command: {string.Join("; ", reasons)}"
            : ProcessImage.IsRoot
                ? "cannot create a mount namespace: this container lacks CAP_SYS_ADMIN (docker: --cap-add SYS_ADMIN --device /dev/fuse)"
                : "cannot create a user namespace: not permitted for unprivileged users; run as root";
    }

    private static IEnumerable<string> Reasons()
    {
        if (!ProcessImage.IsRoot && ReadNumber("/proc/sys/user/max_user_namespaces") == 0)
        {
            yield return "user namespaces are switched off (sysctl user.max_user_namespaces=15000 allows them)";
        }

        if (!ProcessImage.IsRoot && ReadNumber("/proc/sys/kernel/unprivileged_userns_clone") == 0)
        {
            yield return "unprivileged users may not create user namespaces (sysctl kernel.unprivileged_userns_clone=1 allows it)";
        }

        if (!ProcessImage.IsRoot && ReadNumber("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
        {
            yield return "AppArmor restricts user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows them)";
        }

        if (!File.Exists(DevFuse.Path))
        {
            yield return $"{DevFuse.Path} does not exist (modprobe fuse, or give the container the device)";
        }
        else if (!ProcessImage.IsRoot && DevFuse.Open() is { IsOk: false })
        {
            yield return $"{DevFuse.Path} is not readable and writable by all users (chmod 0666 {DevFuse.Path})";
        }
    }

    private static int? ReadNumber(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), out int number) ? number : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
