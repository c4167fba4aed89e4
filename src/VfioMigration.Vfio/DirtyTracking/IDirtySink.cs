namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>The destination of a harvest. A struct, so that the harvest is compiled for it and allocates nothing.</summary>
public interface IDirtySink
{
    /// <summary>
    /// Takes a piece of the set: bit b of word w stands for page <paramref name="firstPage"/> + 64 * w + b. The first page is a
    /// multiple of 64; words may be zero; pieces come in ascending order and do not overlap.
    /// </summary>
    void Take(ulong firstPage, scoped ReadOnlySpan<ulong> words);
}
