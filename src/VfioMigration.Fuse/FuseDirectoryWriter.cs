using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>
/// Packs directory entries into a READDIR or READDIRPLUS reply. Entries are padded to 8 bytes
/// (<c>FUSE_DIRENT_ALIGN</c>).
/// </summary>
public ref struct FuseDirectoryWriter(Span<byte> buffer, bool plus)
{
    private readonly Span<byte> buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>True when every entry also carries a lookup result, which counts as a lookup of that node.</summary>
    public bool Plus { get; } = plus;

    /// <summary>True when an entry with a name of that length still fits.</summary>
    public readonly bool Fits(int nameLength) => Size(nameLength) <= buffer.Length - Length;

    /// <param name="name">Without a terminating NUL.</param>
    /// <param name="ino">Inode number.</param>
    /// <param name="type">DT_*: the file type bits of the mode, shifted right by 12.</param>
    /// <param name="nextOffset">Where a later READDIR continues after this entry.</param>
    /// <param name="entry">The lookup result; a node id of zero means "no lookup" (used for . and ..).</param>
    public void Add(ReadOnlySpan<byte> name, ulong ino, uint type, ulong nextOffset, in FuseEntryOut entry)
    {
        Span<byte> target = buffer.Slice(Length, Size(name.Length));
        target.Clear();
        if (Plus)
        {
            MemoryMarshal.Write(target, in entry);
            target = target[Unsafe.SizeOf<FuseEntryOut>()..];
        }

        var dirent = new FuseDirent { Ino = ino, Offset = nextOffset, NameLength = (uint)name.Length, Type = type };
        MemoryMarshal.Write(target, in dirent);
        name.CopyTo(target[Unsafe.SizeOf<FuseDirent>()..]);
        Length += Size(name.Length);
    }

    private readonly int Size(int nameLength)
    {
        int size = (Unsafe.SizeOf<FuseDirent>() + nameLength + 7) & ~7;
        return Plus ? Unsafe.SizeOf<FuseEntryOut>() + size : size;
    }
}
