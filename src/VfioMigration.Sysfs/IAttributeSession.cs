using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>The session of one open file: a query and its answer, not visible to others. Calls do not overlap.</summary>
public interface IAttributeSession
{
    /// <summary>The next bytes of the answer, 0 at its end.</summary>
    Result<int> Read(Span<byte> destination);

    /// <summary>A new query, at most a page; its answer is read from the beginning.</summary>
    Errno Write(ReadOnlySpan<byte> question);
}
