using VfioMigration.Compatibility.Judging;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Trees;

/// <summary>
/// A type or device of any mounted tree, ours or not: a directory, read and written with open(2), read(2) and write(2) like cat and echo do. A question that cannot be asked
/// is an <see cref="UnaskedException"/>.
/// </summary>
public sealed class NodeDirectory : INodeFiles
{
    private const string TypesDirectory = "mdev_supported_types";
    private const string MdevDevices = "bus/mdev/devices";
    private const string Emulator = "kernel/debug/vfiomig";

    private readonly string node;
    private readonly Lazy<DriverErrnos> errnos;

    private NodeDirectory(string directory, string name)
    {
        node = directory;
        Name = name;
        IsType = Path.GetFileName(Path.GetDirectoryName(node)) == TypesDirectory;
        TypeName = IsType ? Path.GetFileName(node) : Path.GetFileName(new FileInfo(Path.Combine(directory, "mdev_type")).LinkTarget?.TrimEnd('/'));
        Root = FindRoot(directory);
        errnos = new Lazy<DriverErrnos>(ReadErrnos);
    }

    public string Name { get; }

    public string? TypeName { get; }

    public bool IsType { get; }

    /// <summary>The top of the tree it is in; null when it cannot be determined.</summary>
    public string? Root { get; }

    /// <summary>As the tree has them when they are first asked for.</summary>
    public DriverErrnos Errnos => errnos.Value;

    /// <summary>Where it is, links resolved: two names of one node have the same.</summary>
    public string RealName => node;

    /// <summary>Short and different for every node of a lab: <c>HOST/PARENT/TYPE</c> or <c>HOST/DEVICE</c>.</summary>
    public string Label => (Root is null ? "" : Path.GetFileName(Root) + "/")
        + (IsType ? Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(node))) + "/" : "")
        + Path.GetFileName(node);

    /// <summary>True when the node can be distinguished from all others.</summary>
    public static bool TryOpen(string path, out NodeDirectory node, out string problem)
    {
        (NodeDirectory? found, string reason) = path.Length == 0 ? (null, "an empty path is not a type or device") : BoundedAccess.Run(path, () => Open(path));
        (node, problem) = (found!, reason);
        return found is not null;
    }

    private static (NodeDirectory? Node, string Problem) Open(string path)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            full = Path.GetDirectoryName(full)!;
        }

        if (!Directory.Exists(full))
        {
            return (null, TreeFile.ProblemOf(full) ?? $"{path}: no such directory; name a type (.../mdev_supported_types/TYPE), a device, or a file in one");
        }

        return (new NodeDirectory(RealPath.Of(full), path), "");
    }

    /// <summary>All types and devices of a tree that have one of the files.</summary>
    public static IReadOnlyList<NodeDirectory> FindAll(string root, string attribute) => BoundedAccess.Run(root, () => Find(root, attribute));

    private static NodeDirectory[] Find(string root, string attribute)
    {
        string types = Path.Combine(root, "class/mdev_bus");
        IEnumerable<string> found = Children(types).SelectMany(parent => Children(Path.Combine(parent, TypesDirectory)))
            .Concat(Children(Path.Combine(root, MdevDevices)))
            .Concat(Children(Path.Combine(root, "bus/pci/devices")));
        return [.. found.Where(path => File.Exists(Path.Combine(path, attribute)))
            .Select(path => new NodeDirectory(RealPath.Of(path), path))
            .DistinctBy(static found => found.node)];
    }

    /// <summary>All mediated devices of a tree, whatever files they have.</summary>
    public static IEnumerable<NodeDirectory> FindMdevs(string root) =>
        BoundedAccess.Run(root, () => Children(Path.Combine(root, MdevDevices)).Select(static path => new NodeDirectory(RealPath.Of(path), path)).ToArray());

    /// <summary>Why a directory cannot be looked at; null for one that can, and for none.</summary>
    public static string? ProblemOf(string path) => TreeFile.ProblemOf(Path.GetFullPath(path));

    /// <summary>The trees below a directory: itself, or those of its children that are.</summary>
    public static IReadOnlyList<string> FindRoots(string path) => BoundedAccess.Run<string[]>(
        path, () => IsRoot(path) ? [Path.GetFullPath(path)] : [.. Children(path).Where(IsRoot).Select(Path.GetFullPath)]);

    /// <summary>
    /// Why the last write was refused, as the driver reported it: from <c>migration_errors</c>, or from the end of the host's kernel log where the tree shows it. Null
    /// when it is not specified.
    /// </summary>
    public string? FindReason(string attribute)
    {
        if (TreeFile.TryRead(Path.Combine(node, "migration_errors")) is { Length: > 0 } errors)
        {
            return errors.Split('\n')[^1];
        }

        if (Root is null || TreeFile.TryRead(Path.Combine(Root, Emulator, "kmsg")) is not { } log)
        {
            return null;
        }

        string subject = IsType ? $"{TypeName}: {attribute}: " : $"{Path.GetFileName(node)}: {attribute}: ";
        string? line = log.Split('\n').LastOrDefault(line => line.Contains(subject, StringComparison.Ordinal));
        return line?[(line.IndexOf(subject, StringComparison.Ordinal) + subject.Length)..];
    }

    public bool Exists(string file) => TreeFile.Exists(Path.Combine(node, file));

    /// <summary>True when the file's mode lets its owner read and write.</summary>
    public bool IsSetting(string file) =>
        Exists(file) && File.GetUnixFileMode(Path.Combine(node, file)).HasFlag(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    public Result<string> Read(string file) => TreeFile.Read(Path.Combine(node, file));

    public Errno Write(string file, string text) => TreeFile.Write(Path.Combine(node, file), text);

    public Result<string> Ask(string file, string text) => TreeFile.Ask(Path.Combine(node, file), text);

    public IReadOnlyList<string> List(string directory)
    {
        string path = Path.Combine(node, directory);
        return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Select(static file => Path.GetFileName(file))] : [];
    }

    private DriverErrnos ReadErrnos() =>
        Root is not null && ModuleName() is { } module && TreeFile.TryRead(Path.Combine(Root, Emulator, "errnos")) is { } declared
            ? ErrnoListing.Parse(declared, module)
            : DriverErrnos.None;

    /// <summary>
    /// The module that drives a device, and for a type the one that drives the parent. A parent without a driver is the virtual device of a module, in a class of
    /// that name. Null when there is none.
    /// </summary>
    private string? ModuleName()
    {
        string device = IsType ? Path.GetDirectoryName(Path.GetDirectoryName(node))! : node;
        string? link = new FileInfo(Path.Combine(device, "driver/module")).LinkTarget ?? (IsType ? new FileInfo(Path.Combine(device, "subsystem")).LinkTarget : null);
        return Path.GetFileName(link?.TrimEnd('/'));
    }

    private static IEnumerable<string> Children(string path) =>
        Directory.Exists(path) ? Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal) : [];

    private static bool IsRoot(string path) => Directory.Exists(Path.Combine(path, "bus")) && Directory.Exists(Path.Combine(path, "devices"));

    private static string? FindRoot(string path)
    {
        for (string? at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            if (IsRoot(at))
            {
                return at;
            }
        }

        return null;
    }
}
