using System.Buffers;

using VfioMigration.Fuse;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount;

public sealed partial class SysfsFileSystem
{
    /// <summary>Children fetched under one lock.</summary>
    private const int BatchSize = 64;

    private const uint DT_DIR = FileType.S_IFDIR >> 12;

    /// <summary>Positions: 0 ".", 1 "..", then the tree's own, then those of the union, which have the top bit of 63 set.</summary>
    public override Errno ReadDirectory(ulong node, ulong offset, ref FuseDirectoryWriter writer)
    {
        var directory = nodes.Find(node) as KernfsDirectory;
        if (directory is null && !(union?.IsDirectory(node) ?? false))
        {
            return Errno.ENOTDIR;
        }

        if (!AddDots(node, directory?.Parent?.Ino ?? union?.ParentOf(node) ?? FuseProtocol.FUSE_ROOT_ID, ref offset, ref writer))
        {
            return Errno.None;
        }

        if (directory is not null && offset < Union.FirstPosition && !AddChildren(directory, offset, ref writer))
        {
            return Errno.None;
        }

        union?.ReadDirectory(node, directory, root, Math.Max(offset, Union.FirstPosition), ref writer);
        return Errno.None;
    }

    /// <summary>False when the buffer is full.</summary>
    private static bool AddDots(ulong self, ulong parent, ref ulong offset, ref FuseDirectoryWriter writer)
    {
        for (; offset < KernfsRoot.FirstChildPosition; offset++)
        {
            ReadOnlySpan<byte> name = offset == 0 ? "."u8 : ".."u8;
            if (!writer.Fits(name.Length))
            {
                return false;
            }

            writer.Add(name, offset == 0 ? self : parent, DT_DIR, offset + 1, default);
        }

        return true;
    }

    /// <summary>False when the buffer is full.</summary>
    private bool AddChildren(KernfsDirectory directory, ulong offset, ref FuseDirectoryWriter writer)
    {
        KernfsNode[] batch = ArrayPool<KernfsNode>.Shared.Rent(BatchSize);
        try
        {
            for (int count = -1; count != 0;)
            {
                count = root.ChildrenFrom(directory, offset, batch.AsSpan(0, BatchSize));
                if (!AddBatch(batch.AsSpan(0, count), ref offset, ref writer))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<KernfsNode>.Shared.Return(batch, clearArray: true);
        }
    }

    private bool AddBatch(ReadOnlySpan<KernfsNode> batch, ref ulong offset, ref FuseDirectoryWriter writer)
    {
        foreach (KernfsNode child in batch)
        {
            if (!writer.Fits(child.Utf8NameMemory.Length))
            {
                return false;
            }

            var entry = default(FuseEntryOut);
            if (writer.Plus && TryCountLookup(child))
            {
                entry.NodeId = child.Ino;
                FillAttributes(child, ref entry.Attr);
                FuseDispatcher.SetLifetime(ref entry);
            }

            offset = KernfsRoot.PositionOf(child) + 1;
            writer.Add(child.Utf8NameMemory.Span, child.Ino, child.FileType >> 12, offset, entry);
        }

        return true;
    }
}
