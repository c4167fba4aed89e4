using System.Text;

using VfioMigration.Compatibility.Judging;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Trees;

/// <summary>
/// A type or device of any mounted tree, ours or not: a directory, read and written with open(2), read(2) and write(2) like cat and echo do.
/// </summary>
public sealed class NodeDirectory : INodeFiles
{
    private const string TypesDirectory = "mdev_supported_types";
    private const string MdevDevices = "bus/mdev/devices";
    private const string Emulator = "kernel/debug/vfiomig";
    private const int MaxFile = 1 << 20;

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
        node = null!;
        problem = "an empty path is not a type or device";
        if (path.Length == 0)
        {
            return false;
        }

        string full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            full = Path.GetDirectoryName(full)!;
        }

        if (!Directory.Exists(full))
        {
            problem = $"{path}: no such directory; name a type (.../mdev_supported_types/TYPE), a device, or a file in one";
            return false;
        }

        node = new NodeDirectory(RealPath(full), path);
        return true;
    }

    /// <summary>All types and devices of a tree that have one of the files.</summary>
    public static IReadOnlyList<NodeDirectory> FindAll(string root, string attribute)
    {
        string types = Path.Combine(root, "class/mdev_bus");
        IEnumerable<string> found = Children(types).SelectMany(parent => Children(Path.Combine(parent, TypesDirectory)))
            .Concat(Children(Path.Combine(root, MdevDevices)))
            .Concat(Children(Path.Combine(root, "bus/pci/devices")));
        return [.. found.Where(path => File.Exists(Path.Combine(path, attribute)))
            .Select(path => new NodeDirectory(RealPath(path), path))
            .DistinctBy(static found => found.node)];
    }

    /// <summary>All mediated devices of a tree, whatever files they have.</summary>
    public static IEnumerable<NodeDirectory> FindMdevs(string root) =>
        Children(Path.Combine(root, MdevDevices)).Select(static path => new NodeDirectory(RealPath(path), path));

    /// <summary>The trees below a directory: itself, or those of its children that are.</summary>
    public static IReadOnlyList<string> FindRoots(string path) =>
        IsRoot(path) ? [Path.GetFullPath(path)] : [.. Children(path).Where(IsRoot).Select(Path.GetFullPath)];

    /// <summary>
    /// Why the last write was refused, as the driver reported it: from <c>migration_errors</c>, or from the end of the host's kernel log where the tree shows it. Null
    /// when it is not specified.
    /// </summary>
    public string? FindReason(string attribute)
    {
        if (Read("migration_errors").TryGet(out string errors) && errors.Length > 0)
        {
            return errors.Split('\n')[^1];
        }

        if (Root is null || !ReadFile(Path.Combine(Root, Emulator, "kmsg")).TryGet(out string log))
        {
            return null;
        }

        string subject = IsType ? $"{TypeName}: {attribute}: " : $"{Path.GetFileName(node)}: {attribute}: ";
        string? line = log.Split('\n').LastOrDefault(line => line.Contains(subject, StringComparison.Ordinal));
        return line?[(line.IndexOf(subject, StringComparison.Ordinal) + subject.Length)..];
    }

    public bool Exists(string file) => File.Exists(Path.Combine(node, file));

    /// <summary>True when the file's mode lets its owner write.</summary>
    public bool IsWritable(string file) => Exists(file) && (File.GetUnixFileMode(Path.Combine(node, file)) & UnixFileMode.UserWrite) != 0;

    public Result<string> Read(string file) => ReadFile(Path.Combine(node, file));

    public Errno Write(string file, string text) => WriteFile(Path.Combine(node, file), text);

    /// <summary>One write of a line, as echo does.</summary>
    internal static Errno WriteFile(string path, string text)
    {
        if (!FileDescriptor.Open(path, OpenFlags.O_WRONLY | OpenFlags.O_TRUNC).TryGet(out FileDescriptor opened, out Errno error))
        {
            return error;
        }

        using (opened)
        {
            return opened.Write(Encoding.UTF8.GetBytes(text + "\n")).Error;
        }
    }

    public Result<string> Ask(string file, string text)
    {
        if (!FileDescriptor.Open(Path.Combine(node, file), OpenFlags.O_RDWR).TryGet(out FileDescriptor opened, out Errno error))
        {
            return error;
        }

        using (opened)
        {
            error = opened.Write(Encoding.UTF8.GetBytes(text + "\n")).Error;
            return error == Errno.None ? ReadToEnd(opened) : error;
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        string path = Path.Combine(node, directory);
        return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Select(static file => Path.GetFileName(file))] : [];
    }

    private DriverErrnos ReadErrnos() =>
        Root is not null && ModuleName() is { } module && ReadFile(Path.Combine(Root, Emulator, "errnos")).TryGet(out string declared)
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

    private static Result<string> ReadFile(string path)
    {
        if (!FileDescriptor.Open(path, OpenFlags.O_RDONLY).TryGet(out FileDescriptor opened, out Errno error))
        {
            return error;
        }

        using (opened)
        {
            return ReadToEnd(opened);
        }
    }

    private static Result<string> ReadToEnd(FileDescriptor opened)
    {
        var bytes = new MemoryStream();
        byte[] page = new byte[Page.Size];
        while (bytes.Length < MaxFile)
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

    /// <summary>Links of the tree resolved, so that a node has one name.</summary>
    private static string RealPath(string path)
    {
        string at = "/";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            at = new DirectoryInfo(at).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? at;
        }

        return at;
    }
}
