using System.Text;

using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.SysfsMount;

/// <summary>
/// Compares a tree with a real sysfs and lists what to show of the real one besides it, so that the whole is consistent (docs/decisions/0009): the buses of the tree and what follows
/// from them are the tree's alone, and every link leads somewhere.
/// </summary>
public sealed class UnionPlan
{
    /// <summary>Directories that collect things of different owners: they are merged. Elsewhere the tree wins where both have a name.</summary>
    private static readonly HashSet<string> Merged =
        ["", "bus", "class", "class/misc", "dev", "dev/block", "dev/char", "devices", "devices/virtual", "devices/virtual/misc", "kernel", "module"];

    /// <summary>Buses whose devices and drivers are the tree's alone.</summary>
    private static readonly HashSet<string> OwnBuses = ["pci", "mdev", "css", "ap"];

    /// <summary>Never shown of the real sysfs: those buses, and what lists or groups their devices.</summary>
    private static readonly HashSet<string> Hidden =
        [.. OwnBuses.Select(static bus => $"bus/{bus}"), "class/pci_bus", "class/mdev_bus", "class/vfio", "class/vfio-dev", "devices/virtual/vfio", "kernel/iommu_groups"];

    /// <summary>Directories in a device of such a bus that are about the device itself: no link leads to them.</summary>
    private static readonly HashSet<string> AboutTheDevice = ["power", "msi_irqs", "pci_bus", "link", "mdev_supported_types", "vfio-dev"];

    private readonly KernfsRoot tree;
    private readonly string realRoot;
    private readonly List<UnionEntry> entries = [];

    private UnionPlan(KernfsRoot tree, string realRoot)
    {
        this.tree = tree;
        this.realRoot = realRoot;
    }

    /// <summary>Entries of <paramref name="realRoot"/> (usually <c>/sys</c>) to show besides <paramref name="tree"/>; a placeholder is before what it holds.</summary>
    public static IReadOnlyList<UnionEntry> Compute(KernfsRoot tree, string realRoot)
    {
        var plan = new UnionPlan(tree, realRoot);
        plan.Merge(tree.Directory, "");
        plan.DropDanglingLinks();
        return plan.entries;
    }

    private void Merge(KernfsDirectory directory, string path)
    {
        foreach (FileSystemInfo real in Children(path))
        {
            string childPath = path.Length == 0 ? real.Name : $"{path}/{real.Name}";
            KernfsNode? own = Find(directory, real.Name);
            if (Hidden.Contains(childPath))
            {
                continue;
            }

            if (IsHierarchy(path, real))
            {
                MergeDevice(own as KernfsDirectory, childPath);
            }
            else if (own is null)
            {
                Add(real, childPath);
            }
            else if (own is KernfsDirectory both && IsDirectory(real) && Merged.Contains(childPath))
            {
                Merge(both, childPath);
            }
        }
    }

    /// <summary>
    /// A device of the tree's buses, or the root above them. The machine's is no device here, but its children of other buses and classes are, and links lead to them: they stay where they
    /// are, in a placeholder or in the tree's device of that name.
    /// </summary>
    private void MergeDevice(KernfsDirectory? own, string path)
    {
        if (own is null)
        {
            entries.Add(new UnionEntry(path, UnionEntryKind.Placeholder));
        }

        foreach (FileSystemInfo real in Children(path).Where(real => IsDirectory(real) && !AboutTheDevice.Contains(real.Name)))
        {
            string childPath = $"{path}/{real.Name}";
            KernfsNode? ownChild = own is null ? null : Find(own, real.Name);
            if (IsOfAnOwnBus(childPath))
            {
                MergeDevice(ownChild as KernfsDirectory, childPath);
            }
            else if (ownChild is null)
            {
                entries.Add(new UnionEntry(childPath, UnionEntryKind.Directory));
            }
        }
    }

    private void Add(FileSystemInfo real, string path)
    {
        if (path.StartsWith("module/", StringComparison.Ordinal) && Children($"{path}/drivers").Any(IsDriverOfAnOwnBus))
        {
            Split(path);
            return;
        }

        entries.Add(Describe(real, path));
    }

    /// <summary>A module with drivers of the tree's buses: its links to them are left out.</summary>
    private void Split(string module)
    {
        entries.Add(new UnionEntry(module, UnionEntryKind.Placeholder));
        foreach (FileSystemInfo real in Children(module))
        {
            string path = $"{module}/{real.Name}";
            if (real.Name != "drivers")
            {
                entries.Add(Describe(real, path));
                continue;
            }

            entries.Add(new UnionEntry(path, UnionEntryKind.Placeholder));
            entries.AddRange(Children(path).Where(static driver => !IsDriverOfAnOwnBus(driver)).Select(driver => Describe(driver, $"{path}/{driver.Name}")));
        }
    }

    private void DropDanglingLinks()
    {
        HashSet<string> complete = [.. entries.Where(static entry => entry.Kind is UnionEntryKind.Placeholder or UnionEntryKind.Link).Select(static entry => entry.Path)];
        HashSet<string> bound = [.. entries.Where(static entry => entry.Kind is UnionEntryKind.Directory or UnionEntryKind.File).Select(static entry => entry.Path)];
        entries.RemoveAll(entry => entry.Target is { } target && TargetPath(entry.Path, target) is { } path && !Exists(path, complete, bound));
    }

    private bool Exists(string path, HashSet<string> complete, HashSet<string> bound)
    {
        if (tree.FindPath(path) is not null || complete.Contains(path))
        {
            return true;
        }

        for (string above = path; above.Length > 0; above = above[..Math.Max(0, above.LastIndexOf('/'))])
        {
            if (bound.Contains(above))
            {
                return Path.Exists(Path.Combine(realRoot, path));
            }
        }

        return false;
    }

    /// <summary>From the root; null for a link that leads out of sysfs.</summary>
    private static string? TargetPath(string link, string target)
    {
        string full = Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(link)!, target));
        return Path.IsPathRooted(target) ? null : full[1..];
    }

    /// <summary>A directory of devices under which devices of the tree's buses are: <c>pci0000:00</c>, <c>css0</c>, <c>ap</c>.</summary>
    private static bool IsHierarchy(string path, FileSystemInfo real) =>
        path == "devices" && IsDirectory(real)
        && (real.Name == "ap"
            || (real.Name.StartsWith("pci", StringComparison.Ordinal) && real.Name.Contains(':'))
            || (real.Name.StartsWith("css", StringComparison.Ordinal) && real.Name.Length > 3 && real.Name.AsSpan(3).ContainsAnyExceptInRange('0', '9') is false));

    private bool IsOfAnOwnBus(string path) =>
        new FileInfo(Path.Combine(realRoot, path, "subsystem")).LinkTarget is { } subsystem && OwnBuses.Contains(Path.GetFileName(subsystem));

    /// <summary>An entry <c>BUS:NAME</c> of a module's drivers.</summary>
    private static bool IsDriverOfAnOwnBus(FileSystemInfo driver) => OwnBuses.Contains(driver.Name.Split(':')[0]);

    private static bool IsDirectory(FileSystemInfo real) => real is DirectoryInfo && real.LinkTarget is null;

    private KernfsNode? Find(KernfsDirectory directory, string name) => tree.Find(directory, Encoding.UTF8.GetBytes(name));

    private static UnionEntry Describe(FileSystemInfo real, string path) =>
        real.LinkTarget is { } target ? new UnionEntry(path, UnionEntryKind.Link, target)
        : new UnionEntry(path, real is DirectoryInfo ? UnionEntryKind.Directory : UnionEntryKind.File);

    private FileSystemInfo[] Children(string path)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(realRoot, path)).GetFileSystemInfos();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
