using System.Globalization;
using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>Processes as /proc lists them. What ends while it is read is left out.</summary>
internal static class ProcessTree
{
    private const string Proc = "/proc";

    /// <summary>Ids of the children of a process, of theirs, and so on; zombies included.</summary>
    internal static IReadOnlyList<int> DescendantsOf(int process)
    {
        ILookup<int, int> children = Processes().Select(static id => (Id: id, Parent: ParentOf(id))).ToLookup(static one => one.Parent, static one => one.Id);
        var found = new List<int>(children[process]);
        for (int i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i]]);
        }

        return found;
    }

    /// <summary>Ids of the processes that were started with a variable in their environment, as far as this user may read that.</summary>
    internal static IReadOnlyList<int> WithVariable(string name, string value)
    {
        byte[] wanted = Encoding.UTF8.GetBytes($"\0{name}={value}\0");
        return [.. Processes().Where(id => Read(id, "environ") is { } environment && ((byte[])[0, .. environment]).AsSpan().IndexOf(wanted) >= 0)];
    }

    /// <summary>
    /// Stops the processes one after the other until a look finds no new one, then kills them all: what is stopped starts no other. False when there is none
    /// that this user may kill.
    /// </summary>
    internal static bool Kill(Func<IReadOnlyList<int>> find)
    {
        const int MaxLooks = 100;
        var stopped = new HashSet<int>();
        IReadOnlyList<int> found = find();
        for (int look = 0; look < MaxLooks && found.Any(stopped.Add); look++)
        {
            foreach (int id in found)
            {
                stopped.Add(id);
                ProcessImage.Kill(id, ProcessImage.SIGSTOP);
            }

            found = find();
        }

        bool killed = false;
        foreach (int id in found)
        {
            killed |= ProcessImage.Kill(id, ProcessImage.SIGKILL) == Errno.None;
        }

        return killed;
    }

    private static IEnumerable<int> Processes()
    {
        foreach (string folder in Directory.EnumerateDirectories(Proc))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                yield return id;
            }
        }
    }

    /// <summary>The fourth field of stat; the second is a name in parentheses, and may contain anything. 0 for none.</summary>
    private static int ParentOf(int id)
    {
        if (Read(id, "stat") is not { } stat)
        {
            return 0;
        }

        string[] behindName = Encoding.Latin1.GetString(stat.AsSpan(stat.AsSpan().LastIndexOf((byte)')') + 1)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return behindName.Length > 1 && int.TryParse(behindName[1], NumberStyles.None, CultureInfo.InvariantCulture, out int parent) ? parent : 0;
    }

    private static byte[]? Read(int id, string file)
    {
        try
        {
            return File.ReadAllBytes($"{Proc}/{id}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
