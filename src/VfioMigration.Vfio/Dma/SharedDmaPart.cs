namespace VfioMigration.Vfio.Dma;

/// <summary>A part of memory that is to be mapped once more; it counts as a user of it.</summary>
/// <param name="Memory">The memory.</param>
/// <param name="Offset">First byte in it.</param>
/// <param name="Length">Bytes.</param>
public sealed record SharedDmaPart(SharedDmaMemory Memory, ulong Offset, ulong Length);
