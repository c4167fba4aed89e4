using System.Text;

using VfioMigration.Fuse;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.DevVfio.Mounting;

/// <summary>Names, owners and modes.</summary>
public sealed partial class DevVfioFileSystem
{
    private const uint FirstChild = 2;

    public override Errno Lookup(ulong parent, ReadOnlySpan<byte> name, ref FuseEntryOut entry)
    {
        if (nodes.Find(parent) is not { IsFolder: true } folder || nodes.Lookup(folder, name) is not { } child)
        {
            return Errno.ENOENT;
        }

        entry.NodeId = child.Id;
        Fill(child, ref entry.Attr);
        return Errno.None;
    }

    public override void Forget(ulong node, ulong count) => nodes.Forget(node, count);

    public override Errno GetAttributes(ulong node, ref FuseAttr attributes)
    {
        if (nodes.Find(node) is not { } found)
        {
            return Errno.ENOENT;
        }

        Fill(found, ref attributes);
        return Errno.None;
    }

    /// <summary>Owner and mode are kept, as devtmpfs keeps them; times and sizes are accepted and change nothing. EINVAL: a size for a file without a name.</summary>
    public override Errno SetAttributes(ulong node, in FuseSetattrIn request, ref FuseAttr attributes)
    {
        if (nodes.Find(node) is not { } found)
        {
            return Errno.ENOENT;
        }

        if (request.Valid.HasFlag(FuseSetattrValid.FATTR_SIZE) && found.Device is null)
        {
            return Errno.EINVAL;
        }

        found.Mode = request.Valid.HasFlag(FuseSetattrValid.FATTR_MODE) ? (found.Mode & FileType.S_IFMT) | (request.Mode & FileType.S_IALLUGO) : found.Mode;
        found.Uid = request.Valid.HasFlag(FuseSetattrValid.FATTR_UID) ? request.Uid : found.Uid;
        found.Gid = request.Valid.HasFlag(FuseSetattrValid.FATTR_GID) ? request.Gid : found.Gid;
        Fill(found, ref attributes);
        return Errno.None;
    }

    public override Result<int> ReadLink(ulong node, Span<byte> destination) => Errno.EINVAL;

    /// <summary>A node that was removed by hand comes back with the next device of its name.</summary>
    public override Errno Unlink(ulong parent, ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        if (nodes.Find(parent) is not { IsFolder: true } folder || nodes.List(folder).FirstOrDefault(child => child.Name == text) is not { Device: not null } child)
        {
            return Errno.ENOENT;
        }

        child.IsUnlinked = true;
        return Errno.None;
    }

    public override Errno OpenDirectory(ulong node) => nodes.Find(node) is { IsFolder: true } ? Errno.None : Errno.ENOTDIR;

    /// <summary>Positions: 0 ".", 1 "..", then the nodes by their ids, so that those that come or go meanwhile move no other.</summary>
    public override Errno ReadDirectory(ulong node, ulong offset, ref FuseDirectoryWriter writer)
    {
        if (nodes.Find(node) is not { IsFolder: true } folder)
        {
            return Errno.ENOTDIR;
        }

        for (; offset < FirstChild; offset++)
        {
            ReadOnlySpan<byte> dots = offset == 0 ? "."u8 : ".."u8;
            if (!writer.Fits(dots.Length))
            {
                return Errno.None;
            }

            writer.Add(dots, offset == 0 ? node : FuseProtocol.FUSE_ROOT_ID, FileType.S_IFDIR >> 12, offset + 1, default);
        }

        foreach (DevNode child in nodes.List(folder).OrderBy(static child => child.Id))
        {
            byte[] name = Encoding.UTF8.GetBytes(child.Name);
            if (child.Id + FirstChild <= offset)
            {
                continue;
            }

            if (!writer.Fits(name.Length))
            {
                break;
            }

            writer.Add(name, child.Id, (child.Mode & FileType.S_IFMT) >> 12, child.Id + FirstChild, default);
        }

        return Errno.None;
    }

    public override Result<int> GetExtendedAttribute(ulong node, ReadOnlySpan<byte> name, Span<byte> value) => Errno.ENOSYS;

    public override Errno SetExtendedAttribute(ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags) => Errno.ENOSYS;

    public override Result<int> ListExtendedAttributes(ulong node, Span<byte> names) => Errno.ENOSYS;

    public override Errno RemoveExtendedAttribute(ulong node, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    private static void Fill(DevNode node, ref FuseAttr attributes)
    {
        ulong created = (ulong)node.Created;
        attributes = new FuseAttr
        {
            Ino = node.Id,
            Mode = node.Mode,
            Nlink = node.IsFolder ? 2u : 1,
            Uid = node.Uid,
            Gid = node.Gid,
            Atime = created,
            Mtime = created,
            Ctime = created,
            Blksize = Page.Size,
        };
    }
}
