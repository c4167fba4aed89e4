namespace VfioMigration.Daemon.Mounting;

/// <summary>What is mounted where (proc_pid_mountinfo(5)).</summary>
internal static class MountTable
{
    /// <summary>File system type of the topmost mount at a path, or null.</summary>
    internal static string? TypeAt(string path)
    {
        string? type = null;
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-");
            if (separator > 0 && fields.Length > separator + 1 && Unescape(fields[4]) == path)
            {
                type = fields[separator + 1];
            }
        }

        return type;
    }

    /// <summary>Space, tab, newline and backslash are written as three octal digits.</summary>
    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal)
            .Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal);
}
