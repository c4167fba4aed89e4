using System.Text;

using Mono.Unix.Native;

using VfioMigration.Posix;
using VfioMigration.Uapi;

using Errno = VfioMigration.Uapi.Errno;
using OpenFlags = VfioMigration.Uapi.OpenFlags;

namespace VfioMigration.Trees;

/// <summary>
/// Accesses to one file of a tree, of whatever kernel or server, as cat and echo make them. What read(2) and write(2) answer is the answer of a driver; that a file cannot be
/// opened, is no regular file or does not answer in time is not: then <see cref="UnaskedException"/> is thrown.
/// </summary>
internal static class TreeFile
{
    private const int MaxLength = 1 << 20;

    /// <summary>False when there is none, or a directory.</summary>
    internal static bool Exists(string path) => Find(path) is { } mode && (mode & FilePermissions.S_IFMT) != FilePermissions.S_IFDIR;

    /// <summary>Why it cannot be looked at; null for what can, and for what is not there.</summary>
    internal static string? ProblemOf(string path)
    {
        try
        {
            Find(path);
            return null;
        }
        catch (UnaskedException inaccessible)
        {
            return inaccessible.Message;
        }
    }

    /// <summary>Everything in a file, without one newline at its end.</summary>
    internal static Result<string> Read(string path) => Open(path, OpenFlags.O_RDONLY, static file => ReadToEnd(file));

    /// <summary>One write of a line, as echo does.</summary>
    internal static Errno Write(string path, string text) =>
        Open(path, OpenFlags.O_WRONLY | OpenFlags.O_TRUNC, file => (Result<int>)file.Write(Encoding.UTF8.GetBytes(text + "\n"))).Error;

    /// <summary>Writes a line and reads the answer from the same open file.</summary>
    internal static Result<string> Ask(string path, string text) => Open(path, OpenFlags.O_RDWR, file =>
    {
        Errno error = file.Write(Encoding.UTF8.GetBytes(text + "\n")).Error;
        return error == Errno.None ? ReadToEnd(file) : error;
    });

    /// <summary>As <see cref="Read"/>, for what only explains an answer: null when it cannot be had.</summary>
    internal static string? TryRead(string path)
    {
        try
        {
            return Exists(path) && Read(path).TryGet(out string text) ? text : null;
        }
        catch (UnaskedException)
        {
            return null;
        }
    }

    private static Result<T> Open<T>(string path, OpenFlags flags, Func<FileDescriptor, Result<T>> use)
    {
        Result<T> answer = BoundedAccess.Run(path, () => Use(path, flags, use));
        return answer.Error is Errno.ENOTCONN or Errno.ECONNABORTED ? throw Unopened(path, answer.Error) : answer;
    }

    private static Result<T> Use<T>(string path, OpenFlags flags, Func<FileDescriptor, Result<T>> use)
    {
        if (Stat(path) is { } mode && (mode & FilePermissions.S_IFMT) != FilePermissions.S_IFREG)
        {
            throw new UnaskedException($"{path}: not a regular file");
        }

        if (!FileDescriptor.Open(path, flags).TryGet(out FileDescriptor file, out Errno error))
        {
            // A file that is not there is an answer: the driver has no such attribute.
            return error == Errno.ENOENT ? error : throw Unopened(path, error);
        }

        using (file)
        {
            return use(file);
        }
    }

    private static UnaskedException Unopened(string path, Errno error) => new($"{path}: {error.Text()} ({error.Name()})");

    /// <summary>Type and mode; null when there is no such file.</summary>
    private static FilePermissions? Find(string path) => BoundedAccess.Run(path, () => Stat(path));

    private static FilePermissions? Stat(string path)
    {
        if (Syscall.stat(path, out Mono.Unix.Native.Stat found) == 0)
        {
            return found.st_mode;
        }

        var error = (Errno)NativeConvert.FromErrno(Stdlib.GetLastError());
        return error is Errno.ENOENT or Errno.ENOTDIR ? null : throw Unopened(path, error);
    }

    private static Result<string> ReadToEnd(FileDescriptor opened)
    {
        var bytes = new MemoryStream();
        byte[] page = new byte[Page.Size];
        while (bytes.Length < MaxLength)
        {
            if (!opened.Read(page).TryGet(out int count, out Errno error))
            {
                return error;
            }

            if (count == 0)
            {
                break;
            }

            bytes.Write(page, 0, count);
        }

        // One newline: an empty line before it is an empty value.
        string text = Encoding.UTF8.GetString(bytes.ToArray());
        return text.EndsWith('\n') ? text[..^1] : text;
    }
}
