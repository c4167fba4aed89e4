using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Dialects;

/// <summary>One open file of the host's table: it is read as it was when it was read first, and every write is a query.</summary>
internal sealed class CompatibilitySession(CompatibilityTable table) : IAttributeSession
{
    private byte[]? listed;
    private int position;

    public Result<int> Read(Span<byte> destination)
    {
        listed ??= Encoding.UTF8.GetBytes(table.List());
        int count = Math.Min(destination.Length, listed.Length - position);
        listed.AsSpan(position, count).CopyTo(destination);
        position += count;
        return count;
    }

    public Errno Write(ReadOnlySpan<byte> question) => table.Judge(question);
}
