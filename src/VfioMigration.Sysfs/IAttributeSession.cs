using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>What one open file talks to: a question and its answer, which nobody else sees. Calls do not overlap.</summary>
public interface IAttributeSession
{
    /// <summary>The next bytes of the answer, 0 at its end.</summary>
    Result<int> Read(Span<byte> destination);

    /// <summary>A new question, at most a page; its answer is read from the beginning.</summary>
    Errno Write(ReadOnlySpan<byte> question);
}
