using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Dialects;

/// <summary>One open file of the host's table: every write is a query.</summary>
internal sealed class CompatibilitySession(CompatibilityTable table) : IAttributeSession
{
    private readonly ListingSession listing = new(table.List);

    public Result<int> Read(Span<byte> destination) => listing.Read(destination);

    public Errno Write(ReadOnlySpan<byte> question) => table.Judge(question);
}
