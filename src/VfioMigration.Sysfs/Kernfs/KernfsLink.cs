using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>A symbolic link to another node; its text is relative and computed when it is read.</summary>
public sealed class KernfsLink : KernfsNode
{
    internal KernfsLink(KernfsRoot root, in KernfsName name, KernfsNode target)
        : base(root, name) => Target = target;

    public KernfsNode Target { get; }

    public override uint FileType => Uapi.FileType.S_IFLNK;

    public override ulong Size => 0;

    internal override uint DefaultMode => FileModes.Octal(777);

    /// <summary>
    /// Writes the link text and returns its length; ENAMETOOLONG when it does not fit. As kernfs_get_target_path: up to the nearest
    /// directory that contains the target, then down to the target.
    /// </summary>
    public Result<int> ReadTarget(Span<byte> destination)
    {
        int length = 0;
        KernfsDirectory? common = Parent;
        while (common!.Parent is not null && !Contains(common, Target.Parent))
        {
            if (length + 3 > destination.Length)
            {
                return Errno.ENAMETOOLONG;
            }

            "../"u8.CopyTo(destination[length..]);
            length += 3;
            common = common.Parent;
        }

        int down = LengthBelow(common, Target);
        if (length + down > destination.Length)
        {
            return Errno.ENAMETOOLONG;
        }

        WriteBelow(common, Target, destination.Slice(length, down));
        return length + down;
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[1024];
        return ReadTarget(text).TryGet(out int length) ? Encoding.UTF8.GetString(text[..length]) : "?";
    }

    private static bool Contains(KernfsDirectory directory, KernfsDirectory? start)
    {
        for (KernfsDirectory? at = start; at is not null; at = at.Parent)
        {
            if (at == directory)
            {
                return true;
            }
        }

        return false;
    }

    private static int LengthBelow(KernfsDirectory ancestor, KernfsNode node)
    {
        int length = node.Utf8Name.Length;
        for (KernfsDirectory? at = node.Parent; at is not null && at != ancestor; at = at.Parent)
        {
            length += at.Utf8Name.Length + 1;
        }

        return length;
    }

    private static void WriteBelow(KernfsDirectory ancestor, KernfsNode node, Span<byte> exact)
    {
        int end = exact.Length;
        for (KernfsNode? at = node; at is not null && at != ancestor; at = at.Parent)
        {
            end -= at.Utf8Name.Length;
            at.Utf8Name.CopyTo(exact[end..]);
            if (end > 0)
            {
                exact[--end] = (byte)'/';
            }
        }
    }
}
