using System.Text;

using VfioMigration.Fuse;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount;

/// <summary>
/// Fixed entries shown in directories of a tree besides the tree's own: empty directories and files for others to mount on, and links.
/// Their node ids have bit 62 set and are never forgotten. Immutable after construction.
/// </summary>
public sealed class Union
{
    /// <summary>Where the entries of the union begin in a directory.</summary>
    internal const ulong FirstPosition = 1UL << 62;

    private const ulong FirstId = 1UL << 62;

    private readonly List<Stub> stubs = [];
    private readonly Dictionary<ulong, List<Stub>> byParent = [];
    private readonly Dictionary<ulong, uint> subdirectories = [];

    /// <summary>Entries whose directory is neither the tree's nor a placeholder before them are left out.</summary>
    public Union(KernfsRoot root, IEnumerable<UnionEntry> entries)
    {
        var placeholders = new Dictionary<string, ulong>();
        foreach (UnionEntry entry in entries)
        {
            int slash = entry.Path.LastIndexOf('/');
            string parentPath = slash < 0 ? "" : entry.Path[..slash];
            ulong? parent = placeholders.TryGetValue(parentPath, out ulong placeholder) ? placeholder : (root.FindPath(parentPath) as KernfsDirectory)?.Ino;
            if (parent is { } node)
            {
                Add(new Stub(FirstId + (ulong)stubs.Count, node, Encoding.UTF8.GetBytes(entry.Path[(slash + 1)..]), entry), placeholders);
            }
        }
    }

    private void Add(Stub stub, Dictionary<string, ulong> placeholders)
    {
        stubs.Add(stub);
        (CollectionOf(stub.Parent) ?? (byParent[stub.Parent] = [])).Add(stub);
        if (IsDirectory(stub))
        {
            subdirectories[stub.Parent] = ExtraSubdirectories(stub.Parent) + 1;
        }

        if (stub.Entry.Kind == UnionEntryKind.Placeholder)
        {
            placeholders[stub.Entry.Path] = stub.Id;
        }
    }

    internal Errno Lookup(ulong parent, ReadOnlySpan<byte> name, ref FuseEntryOut entry)
    {
        if (Find(parent, name) is not { } stub)
        {
            return Errno.ENOENT;
        }

        entry.NodeId = stub.Id;
        Fill(stub, ref entry.Attr);
        return Errno.None;
    }

    /// <summary>True when the union has an entry of that name in a directory.</summary>
    internal bool Has(ulong parent, ReadOnlySpan<byte> name) => Find(parent, name) is not null;

    /// <summary>The directory in which a node of the union is; null for a node that is not of the union.</summary>
    internal ulong? ParentOf(ulong node) => Find(node)?.Parent;

    internal Errno GetAttributes(ulong node, ref FuseAttr attributes)
    {
        if (Find(node) is not { } stub)
        {
            return Errno.ESTALE;
        }

        Fill(stub, ref attributes);
        return Errno.None;
    }

    internal Result<int> ReadLink(ulong node, Span<byte> destination) =>
        Find(node)?.Entry.Target is { } target ? Encoding.UTF8.GetBytes(target, destination) : Errno.EINVAL;

    internal bool IsDirectory(ulong node) => Find(node) is { } stub && IsDirectory(stub);

    internal uint ExtraSubdirectories(ulong directory) => subdirectories.GetValueOrDefault(directory);

    /// <summary>Adds the entries that fit; a name that the tree has by now is left out.</summary>
    /// <param name="node">The directory's node id.</param>
    /// <param name="directory">The directory of the tree; null for one of the union's own.</param>
    /// <param name="root">The tree.</param>
    /// <param name="offset">At least <see cref="FirstPosition"/>.</param>
    /// <param name="writer">Takes the entries.</param>
    internal void ReadDirectory(ulong node, KernfsDirectory? directory, KernfsRoot root, ulong offset, ref FuseDirectoryWriter writer)
    {
        if (CollectionOf(node) is not { } here)
        {
            return;
        }

        for (ulong i = offset - FirstPosition; i < (ulong)here.Count; i++)
        {
            Stub stub = here[(int)i];
            if (directory is not null && root.Find(directory, stub.Name) is not null)
            {
                continue;
            }

            if (!writer.Fits(stub.Name.Length))
            {
                return;
            }

            var entry = default(FuseEntryOut);
            if (writer.Plus)
            {
                entry.NodeId = stub.Id;
                Fill(stub, ref entry.Attr);
                FuseDispatcher.SetLifetime(ref entry);
            }

            writer.Add(stub.Name, stub.Id, TypeOf(stub) >> 12, FirstPosition + i + 1, entry);
        }
    }

    private List<Stub>? CollectionOf(ulong parent) => byParent.GetValueOrDefault(parent);

    private Stub? Find(ulong parent, ReadOnlySpan<byte> name)
    {
        if (CollectionOf(parent) is { } here)
        {
            foreach (Stub stub in here)
            {
                if (name.SequenceEqual(stub.Name))
                {
                    return stub;
                }
            }
        }

        return null;
    }

    private Stub? Find(ulong id) => id >= FirstId && id - FirstId < (ulong)stubs.Count ? stubs[(int)(id - FirstId)] : null;

    private static bool IsDirectory(Stub stub) => stub.Entry.Kind is UnionEntryKind.Directory or UnionEntryKind.Placeholder;

    private static uint TypeOf(Stub stub) => stub.Entry.Kind switch
    {
        UnionEntryKind.File => FileType.S_IFREG,
        UnionEntryKind.Link => FileType.S_IFLNK,
        _ => FileType.S_IFDIR,
    };

    private void Fill(Stub stub, ref FuseAttr attributes)
    {
        attributes.Ino = stub.Id;
        attributes.Mode = TypeOf(stub) | stub.Entry.Kind switch
        {
            UnionEntryKind.File => FileModes.Octal(444),
            UnionEntryKind.Link => FileModes.Octal(777),
            _ => FileModes.Octal(755),
        };
        attributes.Nlink = IsDirectory(stub) ? 2 + ExtraSubdirectories(stub.Id) : 1u;
        attributes.Blksize = FuseAttributes.BlockSize;
    }

    private sealed record Stub(ulong Id, ulong Parent, byte[] Name, UnionEntry Entry);
}
