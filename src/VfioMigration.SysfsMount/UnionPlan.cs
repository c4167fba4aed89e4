using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.SysfsMount;

/// <summary>
/// Compares a tree with a real sysfs and lists what the tree lacks. Where both have a name, the tree wins, except in the few directories
/// that only collect things of different owners: those are merged.
/// </summary>
public static class UnionPlan
{
    private static readonly HashSet<string> Merged =
    [
        "", "bus", "bus/css", "bus/css/devices", "bus/css/drivers", "bus/pci", "bus/pci/devices", "bus/pci/drivers",
        "class", "class/misc", "dev", "dev/block", "dev/char", "devices", "devices/virtual", "devices/virtual/misc", "kernel", "module",
    ];

    /// <summary>Entries of <paramref name="realRoot"/> (usually <c>/sys</c>) to show besides <paramref name="tree"/>.</summary>
    public static IReadOnlyList<UnionEntry> Compute(KernfsRoot tree, string realRoot)
    {
        var entries = new List<UnionEntry>();
        Merge(tree, tree.Directory, realRoot, "", entries);
        return entries;
    }

    private static void Merge(KernfsRoot tree, KernfsDirectory directory, string realRoot, string path, List<UnionEntry> into)
    {
        foreach (FileSystemInfo real in Children(Path.Combine(realRoot, path)))
        {
            string childPath = path.Length == 0 ? real.Name : $"{path}/{real.Name}";
            KernfsNode? own = tree.Find(directory, System.Text.Encoding.UTF8.GetBytes(real.Name));
            if (own is null)
            {
                into.Add(Describe(real, childPath));
            }
            else if (own is KernfsDirectory both && real is DirectoryInfo && real.LinkTarget is null && IsMerged(childPath))
            {
                Merge(tree, both, realRoot, childPath, into);
            }
        }
    }

    private static bool IsMerged(string path) =>
        Merged.Contains(path) || (path.StartsWith("devices/pci", StringComparison.Ordinal) && path.IndexOf('/', 8) < 0);

    private static UnionEntry Describe(FileSystemInfo real, string path) =>
        real.LinkTarget is { } target ? new UnionEntry(path, UnionEntryKind.Link, target)
        : new UnionEntry(path, real is DirectoryInfo ? UnionEntryKind.Directory : UnionEntryKind.File);

    private static FileSystemInfo[] Children(string path)
    {
        try
        {
            return new DirectoryInfo(path).GetFileSystemInfos();
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
