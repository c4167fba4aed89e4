using System.Text;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>The command of <c>run</c> with its arguments and environment as bytes.</summary>
internal sealed class CommandImage(byte[][] arguments, byte[][] variables)
{
    private const byte Separator = (byte)':';

    private readonly List<byte[]> environment = [.. variables];

    /// <summary>True when a file was found whose interpreter was not.</summary>
    internal bool HasBadInterpreter { get; private set; }

    /// <summary>For messages.</summary>
    internal string Name => Encoding.UTF8.GetString(arguments[0]);

    private bool IsSearchedFor => !arguments[0].Contains((byte)'/');

    /// <summary>Null removes it.</summary>
    internal void SetVariable(string name, string? value)
    {
        byte[] prefix = Encoding.UTF8.GetBytes(name + "=");
        environment.RemoveAll(pair => pair.AsSpan().StartsWith(prefix));
        if (value is not null)
        {
            environment.Add(Encoding.UTF8.GetBytes($"{name}={value}"));
        }
    }

    /// <summary>Becomes the command, which is looked for along PATH and then in the program's folder; returns only when that failed.</summary>
    internal Errno Execute()
    {
        byte[] path = environment.Find(static pair => pair.AsSpan().StartsWith("PATH="u8)) ?? "PATH=/usr/bin:/bin"u8.ToArray();
        environment.RemoveAll(static pair => pair.AsSpan().StartsWith("PATH="u8));
        path = [.. path, Separator, .. Encoding.UTF8.GetBytes(SelfCommand.Folder)];
        environment.Add(path);
        Errno error = Errno.ENOENT;
        foreach (byte[] candidate in arguments[0].Length == 0 ? [] : Candidates(path.AsSpan("PATH=".Length)))
        {
            Errno tried = ProcessImage.Execute(candidate, arguments, environment);
            if (tried == Errno.ENOEXEC)
            {
                // A script without an interpreter line is the shell's (execvp(3)).
                tried = ProcessImage.Execute("/bin/sh"u8.ToArray(), ["sh"u8.ToArray(), candidate, .. arguments[1..]], environment);
            }

            // A folder of PATH that may not be entered has no commands, as in a shell.
            bool isNotFound = tried == Errno.ENOENT || (tried == Errno.EACCES && IsSearchedFor);
            bool isMissing = tried == Errno.ENOTDIR || (isNotFound && !File.Exists(Encoding.UTF8.GetString(candidate)));
            HasBadInterpreter |= tried == Errno.ENOENT && !isMissing;
            error = isMissing ? error : tried;
        }

        return error;
    }

    private List<byte[]> Candidates(ReadOnlySpan<byte> path)
    {
        if (!IsSearchedFor)
        {
            return [arguments[0]];
        }

        var candidates = new List<byte[]>();
        foreach (Range folder in path.Split(Separator))
        {
            candidates.Add([.. path[folder], (byte)'/', .. arguments[0]]);
        }

        return candidates;
    }
}
