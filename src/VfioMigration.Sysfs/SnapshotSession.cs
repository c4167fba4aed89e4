using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>A text of any length, made when it is read first and then as it was, for as long as the file is open. Writing is EINVAL.</summary>
public sealed class SnapshotSession(Func<string> text) : IAttributeSession
{
    private byte[]? bytes;
    private int position;

    public Result<int> Read(Span<byte> destination)
    {
        bytes ??= Encoding.UTF8.GetBytes(text());
        int count = Math.Min(destination.Length, bytes.Length - position);
        bytes.AsSpan(position, count).CopyTo(destination);
        position += count;
        return count;
    }

    public Errno Write(ReadOnlySpan<byte> question) => Errno.EINVAL;
}
