using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

public sealed partial class KernfsRoot
{
    /// <summary>The attributes of a node as stat(2) shows them.</summary>
    public KernfsStat Stat(KernfsNode node)
    {
        lock (gate)
        {
            KernfsInodeAttributes? changed = node.Attributes;
            DateTimeOffset created = Created(node);
            return new KernfsStat(
                node.Ino,
                node.FileType | node.Mode,
                node.Nlink,
                node.Size,
                changed?.Uid,
                changed?.Gid,
                changed?.Atime ?? created,
                changed?.Mtime ?? created,
                changed?.Ctime ?? created);
        }
    }

    /// <summary>chmod, chown and utimes: null leaves a value as it is. The change time becomes now.</summary>
    public void Change(KernfsNode node, uint? mode, uint? uid, uint? gid, DateTimeOffset? atime, DateTimeOffset? mtime)
    {
        lock (gate)
        {
            KernfsInodeAttributes changed = Changed(node);
            changed.Mode = mode ?? changed.Mode;
            changed.Uid = uid ?? changed.Uid;
            changed.Gid = gid ?? changed.Gid;
            changed.Atime = atime ?? changed.Atime;
            changed.Mtime = mtime ?? changed.Mtime;
            changed.Ctime = clock.GetUtcNow();
        }

        NotifyAttributesChanged(node);
    }

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>
    /// The value's length; copied when a buffer is given. Only trusted.* and security.* exist: user.* gives ENODATA, a prefix alone EINVAL, other
    /// names EOPNOTSUPP, a buffer too small ERANGE.
    /// </summary>
    public Result<int> GetXattr(KernfsNode node, ReadOnlySpan<byte> name, Span<byte> value)
    {
        if (!IsKept(name))
        {
            return IsUnfinished(name) ? Errno.EINVAL : name.StartsWith("user."u8) ? Errno.ENODATA : Errno.EOPNOTSUPP;
        }

        lock (gate)
        {
            int index = node.Attributes?.Find(name) ?? -1;
            return index < 0 ? Errno.ENODATA : Copy(node.Attributes!.Xattrs[index].Value, value);
        }
    }

    public Errno SetXattr(KernfsNode node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags)
    {
        if (!IsKept(name))
        {
            return IsUnfinished(name) ? Errno.EINVAL : Errno.EOPNOTSUPP;
        }

        lock (gate)
        {
            return Changed(node).SetXattr(name, value, flags);
        }
    }

    public Errno RemoveXattr(KernfsNode node, ReadOnlySpan<byte> name)
    {
        if (!IsKept(name))
        {
            return IsUnfinished(name) ? Errno.EINVAL : Errno.EOPNOTSUPP;
        }

        lock (gate)
        {
            return node.Attributes?.RemoveXattr(name) ?? Errno.ENODATA;
        }
    }

    /// <summary>NUL-terminated names in the order in which they were set.</summary>
    public Result<int> ListXattrs(KernfsNode node, Span<byte> names)
    {
        lock (gate)
        {
            ReadOnlySpan<(byte[] Name, byte[] Value)> all = node.Attributes is null ? default : node.Attributes.Xattrs;
            int length = 0;
            foreach ((byte[] name, _) in all)
            {
                length += name.Length + 1;
            }

            if (names.IsEmpty)
            {
                return length;
            }

            if (length > names.Length)
            {
                return Errno.ERANGE;
            }

            foreach ((byte[] name, _) in all)
            {
                name.CopyTo(names);
                names[name.Length] = 0;
                names = names[(name.Length + 1)..];
            }

            return length;
        }
    }

    private static bool IsKept(ReadOnlySpan<byte> name) => !IsUnfinished(name) && (name.StartsWith("trusted."u8) || name.StartsWith("security."u8));

    /// <summary>A prefix and nothing else (xattr_resolve_name of <c>fs/xattr.c</c>).</summary>
    private static bool IsUnfinished(ReadOnlySpan<byte> name) => name.EndsWith("."u8) && name.IndexOf((byte)'.') == name.Length - 1;

    private static Result<int> Copy(byte[] value, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return value.Length;
        }

        if (value.Length > destination.Length)
        {
            return Errno.ERANGE;
        }

        value.CopyTo(destination);
        return value.Length;
    }

    private static DateTimeOffset Created(KernfsNode node) => (node as KernfsDirectory ?? node.Parent!).Created;

    private static KernfsInodeAttributes Changed(KernfsNode node) =>
        node.MakeDetails().Attributes ??= new KernfsInodeAttributes(node.DefaultMode, Created(node));
}
