using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Dialects;

/// <summary>One open file of a listing longer than a page: it is read as it was when it was read first.</summary>
internal sealed class ListingSession(Func<string> list) : IAttributeSession
{
    private byte[]? listed;
    private int position;

    public Result<int> Read(Span<byte> destination)
    {
        listed ??= Encoding.UTF8.GetBytes(list());
        int count = Math.Min(destination.Length, listed.Length - position);
        listed.AsSpan(position, count).CopyTo(destination);
        position += count;
        return count;
    }

    public Errno Write(ReadOnlySpan<byte> question) => Errno.EIO;
}
