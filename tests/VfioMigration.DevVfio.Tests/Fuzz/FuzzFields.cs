using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Tests.Support;

namespace VfioMigration.DevVfio.Tests.Fuzz;

/// <summary>Plausible values of the fields of structures.</summary>
internal sealed class FuzzFields(FuzzWorld world, Random random, ulong start)
{
    /// <summary>What a pointer points to begins here, behind the structure.</summary>
    internal const ulong AsideAt = 0x4000;

    private static readonly ulong[] Absurd =
        [0, 1, 3, 7, 255, 4095, 4097, 2 << 20, 1UL << 30, 1UL << 31, 1UL << 32, 1UL << 40, 1UL << 47, 1UL << 60, 1UL << 63, ulong.MaxValue, ulong.MaxValue - 4095];

    /// <summary>Of an object of an iommufd, or of something else that is counted.</summary>
    internal uint Id => (uint)random.Next(random.Next(10) == 0 ? 40 : 8);

    /// <summary>One of few, so that mappings meet.</summary>
    internal ulong Iova => random.Next(20) == 0 ? Noise : (ulong)random.Next(1, 12) * 0x4000;

    internal ulong Length => random.Next(20) == 0 ? Noise : (ulong)random.Next(1, 4) * 0x4000;

    /// <summary>Memory that may be mapped.</summary>
    internal ulong Memory => random.Next(20) == 0 ? Noise : FakeClient.MemoryStart + ((ulong)random.Next(64) * 0x1000);

    internal ulong Pointer => random.Next(20) == 0 ? Noise : start + AsideAt;

    internal ulong Noise => random.Next(2) == 0 ? Absurd[random.Next(Absurd.Length)] : (ulong)random.NextInt64();

    internal int Descriptor(VfioFileKind? kind = null) => world.Pick(random, kind);

    /// <summary>Of an eventfd, or -1.</summary>
    internal int EventFd => random.Next(3) == 0 ? -1 : world.EventFd;

    internal int MemoryFile => random.Next(10) == 0 ? Descriptor() : world.MemoryFile;

    internal uint OneOf(params ReadOnlySpan<uint> values) => values[random.Next(values.Length)];

    internal uint Below(int limit) => (uint)random.Next(limit);
}
