namespace VfioMigration.Posix;

/// <summary>What is mounted where (proc_pid_mountinfo(5)).</summary>
public static class MountTable
{
    private const int PointField = 4;

    /// <summary>File system type of the topmost mount at a path, or null.</summary>
    public static string? TypeAt(string path) => Read().LastOrDefault(mount => mount.Point == path).Type;

    /// <summary>Mount points below a folder, as paths relative to it, in the order in which they were mounted.</summary>
    public static IEnumerable<string> PointsBelow(string folder) =>
        Read().Where(mount => mount.Point.StartsWith(folder + "/", StringComparison.Ordinal)).Select(mount => mount.Point[(folder.Length + 1)..]);

    private static IEnumerable<(string Point, string Type)> Read()
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-");
            if (separator > PointField && fields.Length > separator + 1)
            {
                yield return (Unescape(fields[PointField]), fields[separator + 1]);
            }
        }
    }

    /// <summary>Space, tab, newline and backslash are written as three octal digits.</summary>
    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal)
            .Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal);
}
