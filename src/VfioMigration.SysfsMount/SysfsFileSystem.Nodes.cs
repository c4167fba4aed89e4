using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.SysfsMount;

public sealed partial class SysfsFileSystem
{
    public override Errno Lookup(ulong parent, ReadOnlySpan<byte> name, ref FuseEntryOut entry)
    {
        if (name.Length > KernfsName.MaxLength)
        {
            return Errno.ENAMETOOLONG;
        }

        if (nodes.Find(parent) is KernfsDirectory directory && root.Find(directory, name) is { } child && TryCountLookup(child))
        {
            entry.NodeId = child.Ino;
            FillAttributes(child, ref entry.Attr);
            return Errno.None;
        }

        return union?.Lookup(parent, name, ref entry) ?? Errno.ENOENT;
    }

    public override void Forget(ulong node, ulong count)
    {
        if (node != FuseProtocol.FUSE_ROOT_ID)
        {
            nodes.Forget(node, count);
        }
    }

    public override Errno GetAttributes(ulong node, ref FuseAttr attributes)
    {
        if (nodes.Find(node) is { } known)
        {
            FillAttributes(known, ref attributes);
            return Errno.None;
        }

        return union?.GetAttributes(node, ref attributes) ?? Errno.ESTALE;
    }

    /// <summary>chmod, chown and utimes are kept; a size is accepted and changes nothing.</summary>
    public override Errno SetAttributes(ulong node, in FuseSetattrIn request, ref FuseAttr attributes)
    {
        if (nodes.Find(node) is not { } known)
        {
            return Errno.EPERM;
        }

        FuseSetattrValid valid = request.Valid;
        const FuseSetattrValid Kept = FuseSetattrValid.FATTR_MODE | FuseSetattrValid.FATTR_UID | FuseSetattrValid.FATTR_GID
            | FuseSetattrValid.FATTR_ATIME | FuseSetattrValid.FATTR_MTIME;
        if ((valid & Kept) != 0)
        {
            root.Change(
                known,
                valid.HasFlag(FuseSetattrValid.FATTR_MODE) ? request.Mode & FileType.S_IALLUGO : null,
                valid.HasFlag(FuseSetattrValid.FATTR_UID) ? request.Uid : null,
                valid.HasFlag(FuseSetattrValid.FATTR_GID) ? request.Gid : null,
                Time(valid, FuseSetattrValid.FATTR_ATIME, FuseSetattrValid.FATTR_ATIME_NOW, request.Atime, request.AtimeNsec),
                Time(valid, FuseSetattrValid.FATTR_MTIME, FuseSetattrValid.FATTR_MTIME_NOW, request.Mtime, request.MtimeNsec));
        }

        FillAttributes(known, ref attributes);
        return Errno.None;
    }

    public override Result<int> ReadLink(ulong node, Span<byte> destination) =>
        nodes.Find(node) is KernfsLink link ? link.ReadTarget(destination)
        : union?.ReadLink(node, destination) ?? Errno.EINVAL;

    public override Errno OpenDirectory(ulong node) =>
        nodes.Find(node) is KernfsDirectory || (union?.IsDirectory(node) ?? false) ? Errno.None : Errno.ENOTDIR;

    public override Result<int> GetExtendedAttribute(ulong node, ReadOnlySpan<byte> name, Span<byte> value) =>
        nodes.Find(node) is { } known ? root.GetXattr(known, name, value) : Errno.EOPNOTSUPP;

    public override Errno SetExtendedAttribute(ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags) =>
        nodes.Find(node) is { } known ? root.SetXattr(known, name, value, flags) : Errno.EOPNOTSUPP;

    public override Result<int> ListExtendedAttributes(ulong node, Span<byte> names) =>
        nodes.Find(node) is { } known ? root.ListXattrs(known, names) : 0;

    public override Errno RemoveExtendedAttribute(ulong node, ReadOnlySpan<byte> name) =>
        nodes.Find(node) is { } known ? root.RemoveXattr(known, name) : Errno.EOPNOTSUPP;

    /// <summary>
    /// False when the node was removed meanwhile: its removal may have been announced before the kernel knew the node, so the kernel
    /// must not learn of it now.
    /// </summary>
    private bool TryCountLookup(KernfsNode node)
    {
        nodes.CountLookup(node);
        if (!node.IsRemoved)
        {
            return true;
        }

        nodes.Forget(node.Ino, 1);
        return false;
    }

    private void FillAttributes(KernfsNode node, ref FuseAttr attributes)
    {
        FuseAttributes.Fill(root.Stat(node), owner, ref attributes);
        attributes.Nlink += union?.ExtraSubdirectories(node.Ino) ?? 0;
    }

    private DateTimeOffset? Time(FuseSetattrValid valid, FuseSetattrValid given, FuseSetattrValid now, ulong seconds, uint nanoseconds) =>
        !valid.HasFlag(given) ? null
        : valid.HasFlag(now) ? root.Now
        : FuseAttributes.ToTime(seconds, nanoseconds);
}
