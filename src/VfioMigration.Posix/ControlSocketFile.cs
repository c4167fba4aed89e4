using Mono.Unix.Native;

namespace VfioMigration.Posix;

/// <summary>The folder in which running daemons leave their control sockets; only the owner may enter it.</summary>
public static class ControlSocketFile
{
    private const string Variable = "VFIOMIG_RUNTIME_DIR";

    /// <summary>
    /// <c>$VFIOMIG_RUNTIME_DIR</c>, else <c>/run/vfiomig</c> for root, else <c>$XDG_RUNTIME_DIR/vfiomig</c>, else
    /// <c>/tmp/vfiomig-UID</c>.
    /// </summary>
    public static string Folder
    {
        get
        {
            string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen ? chosen
                : ProcessImage.IsRoot ? "/run/vfiomig"
                : runtime is { Length: > 0 } && Directory.Exists(runtime) ? Path.Combine(runtime, "vfiomig")
                : $"/tmp/vfiomig-{ProcessImage.UserId}";
        }
    }

    /// <summary>Creates the folder with mode 0700; refuses one that another user owns.</summary>
    public static string CreateFolder()
    {
        string folder = Folder;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        bool ours = Syscall.lstat(folder, out Stat stat) == 0
            && (stat.st_mode & FilePermissions.S_IFMT) == FilePermissions.S_IFDIR
            && stat.st_uid == ProcessImage.UserId;
        return ours && Syscall.chmod(folder, FilePermissions.S_IRWXU) == 0
            ? folder
            : throw new IOException($"{folder} is owned by another user; set {Variable} to a folder of your own");
    }
}
