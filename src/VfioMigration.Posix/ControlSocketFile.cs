using Mono.Unix.Native;

namespace VfioMigration.Posix;

/// <summary>The folder in which running daemons leave their control sockets; only the owner may enter it.</summary>
public static class ControlSocketFile
{
    private const string Variable = "VFIOMIG_RUNTIME_DIR";
    /// <summary>Bytes of a path that fit into sockaddr_un, and the longest name of a socket here.</summary>
    private const int MaxSocketPath = 107;
    private const int MaxName = 12;
    private const FilePermissions OthersWrite = FilePermissions.S_IWGRP | FilePermissions.S_IWOTH;

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

    /// <summary>
    /// Why the folder must not be used; null when it may be, or does not exist. Whoever can write to it could put a socket of his own into it, and would be given what is meant for a daemon.
    /// </summary>
    public static string? Problem
    {
        get
        {
            string folder = Folder;
            return System.Text.Encoding.UTF8.GetByteCount(folder) + MaxName > MaxSocketPath ? $"{folder} is too long for a socket in it (at most {MaxSocketPath - MaxName} bytes); set {Variable} to a shorter one"
                : Syscall.lstat(folder, out Stat stat) != 0 ? Stdlib.GetLastError() is Errno.ENOENT ? null : $"{folder}: {Stdlib.strerror(Stdlib.GetLastError())}"
                : (stat.st_mode & FilePermissions.S_IFMT) != FilePermissions.S_IFDIR ? $"{folder} is {(IsLink(stat) ? "a link" : "no directory")}; set {Variable} to a directory of your own"
                : stat.st_uid != ProcessImage.UserId ? $"{folder} is owned by another user (uid {stat.st_uid}); set {Variable} to a directory of your own"
                : (stat.st_mode & OthersWrite) != 0 ? $"{folder} can be written by other users; chmod 700 it, or set {Variable} to a directory of your own"
                : null;
        }
    }

    /// <summary>Creates the folder with mode 0700. Throws <see cref="IOException"/> for one that must not be used.</summary>
    public static string CreateFolder()
    {
        string folder = Folder;
        if (Problem is null)
        {
            try
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"cannot create the folder {folder} for control sockets: {error.Message}; set {Variable} to a directory of your own", error);
            }
        }

        return Problem is { } problem ? throw new IOException(problem) : folder;
    }

    /// <summary>True for a path that a socket can be bound to.</summary>
    public static bool Fits(string path) => System.Text.Encoding.UTF8.GetByteCount(path) <= MaxSocketPath;

    /// <summary>True when there is anything at the path, also a dangling link.</summary>
    public static bool Exists(string path) => Syscall.lstat(path, out _) == 0;

    /// <summary>True for a socket that belongs to this user.</summary>
    public static bool IsOwnSocket(string path) =>
        Syscall.lstat(path, out Stat stat) == 0 && (stat.st_mode & FilePermissions.S_IFMT) == FilePermissions.S_IFSOCK && stat.st_uid == ProcessImage.UserId;

    private static bool IsLink(Stat stat) => (stat.st_mode & FilePermissions.S_IFMT) == FilePermissions.S_IFLNK;
}
