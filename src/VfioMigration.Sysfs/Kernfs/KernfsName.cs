using System.Text;

namespace VfioMigration.Sysfs.Kernfs;

/// <summary>
/// A name with its hash. Directories are ordered by hash, then name, because readdir of the kernel's sysfs is
/// (<c>fs/kernfs/dir.c</c>, kernfs_name_hash). One object serves every node of that name.
/// </summary>
public readonly struct KernfsName
{
    /// <summary>The longest name a directory entry can have (NAME_MAX).</summary>
    public const int MaxLength = 255;

    private const ulong GoldenRatio64 = 0x61C8864680B583EB;

    public KernfsName(string text)
    {
        Utf8 = Encoding.UTF8.GetBytes(text);
        if (Utf8.Length is 0 or > MaxLength || text.AsSpan().ContainsAny('/', '\0') || text is "." or "..")
        {
            throw new ArgumentException($"'{text}' cannot name a directory entry", nameof(text));
        }

        Hash = ComputeHash(Utf8);
    }

    /// <summary>True for a text from outside that may become a name.</summary>
    public static bool IsValid(string text) =>
        text.Length > 0
        && text is not ("." or "..")
        && !text.AsSpan().ContainsAny('/', '\0')
        && Encoding.UTF8.GetByteCount(text) <= MaxLength;

    internal byte[] Utf8 { get; }

    internal uint Hash { get; }

    public override string ToString() => Encoding.UTF8.GetString(Utf8);

    /// <summary>The hash of the 64-bit kernel; 0, 1 and INT_MAX are taken by ".", ".." and the end of a directory.</summary>
    internal static uint ComputeHash(ReadOnlySpan<byte> name)
    {
        ulong hash = 0;
        foreach (byte c in name)
        {
            hash = (hash + ((ulong)c << 4) + ((ulong)c >> 4)) * 11;
        }

        uint folded = (uint)((hash * GoldenRatio64) >> 32) & 0x7FFFFFFF;
        return folded switch
        {
            < 2 => folded + 2,
            0x7FFFFFFF => 0x7FFFFFFE,
            _ => folded,
        };
    }
}
