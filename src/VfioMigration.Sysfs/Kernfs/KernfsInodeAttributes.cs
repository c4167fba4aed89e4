using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>What a user changed about a node (<c>struct kernfs_iattrs</c>). Guarded by the root's lock.</summary>
internal sealed class KernfsInodeAttributes
{
    /// <summary>All names and values of one node together; more gives ENOSPC.</summary>
    private const int MaxXattrBytes = 256 * 1024;
    private const uint XATTR_CREATE = 1;
    private const uint XATTR_REPLACE = 2;

    private List<(byte[] Name, byte[] Value)>? xattrs;

    internal KernfsInodeAttributes(uint mode, DateTimeOffset created)
    {
        Mode = mode;
        Atime = Mtime = Ctime = created;
    }

    internal uint Mode { get; set; }

    /// <summary>Null until chown(2), as <see cref="Gid"/>.</summary>
    internal uint? Uid { get; set; }

    internal uint? Gid { get; set; }

    internal DateTimeOffset Atime { get; set; }

    internal DateTimeOffset Mtime { get; set; }

    internal DateTimeOffset Ctime { get; set; }

    internal ReadOnlySpan<(byte[] Name, byte[] Value)> Xattrs =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(xattrs);

    internal Errno SetXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags)
    {
        xattrs ??= [];
        int index = Find(name);
        if (index >= 0 && (flags & XATTR_CREATE) != 0)
        {
            return Errno.EEXIST;
        }

        if (index < 0 && (flags & XATTR_REPLACE) != 0)
        {
            return Errno.ENODATA;
        }

        int others = xattrs.Where((_, i) => i != index).Sum(entry => entry.Name.Length + entry.Value.Length);
        if (others + name.Length + value.Length > MaxXattrBytes)
        {
            return Errno.ENOSPC;
        }

        if (index >= 0)
        {
            xattrs[index] = (xattrs[index].Name, value.ToArray());
        }
        else
        {
            xattrs.Add((name.ToArray(), value.ToArray()));
        }

        return Errno.None;
    }

    internal Errno RemoveXattr(ReadOnlySpan<byte> name)
    {
        int index = Find(name);
        if (index < 0)
        {
            return Errno.ENODATA;
        }

        xattrs!.RemoveAt(index);
        return Errno.None;
    }

    internal int Find(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<(byte[] Name, byte[] Value)> all = Xattrs;
        for (int i = 0; i < all.Length; i++)
        {
            if (name.SequenceEqual(all[i].Name))
            {
                return i;
            }
        }

        return -1;
    }
}
