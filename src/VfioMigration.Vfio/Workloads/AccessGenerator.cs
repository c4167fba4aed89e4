using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vfio.Workloads;

/// <summary>Deterministic random numbers in a pattern (splitmix64); its whole state is two numbers, which move with the guest.</summary>
public sealed class AccessGenerator(WorkloadOptions options)
{
    private const int BurstLength = 64;
    private const int Period = 256;

    private ulong state = options.Seed;
    private ulong step;

    /// <summary>Advances a step; false when the pattern has no access in it.</summary>
    public bool TryStep()
    {
        ulong now = step++ % Period;
        return options.Pattern switch
        {
            AccessPattern.Burst => now < BurstLength,
            AccessPattern.Idle => now == 0,
            _ => true,
        };
    }

    /// <summary>A random number.</summary>
    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A place from 0 to <paramref name="count"/> - 1, distributed by the pattern.</summary>
    public int NextIndex(int count)
    {
        ulong random = Next();
        bool hot = options.Pattern == AccessPattern.Hotspot && random % 10 != 0;
        return (int)((random >> 8) % (ulong)(hot ? Math.Max(1, count / 10) : count));
    }

    /// <summary>Random bytes.</summary>
    public void Fill(Span<byte> destination)
    {
        while (destination.Length >= sizeof(ulong))
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(destination, Next());
            destination = destination[sizeof(ulong)..];
        }

        ulong last = Next();
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(last >> (8 * i));
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Write(state);
        writer.Write(step);
    }

    public void Load(ref StateReader reader)
    {
        state = reader.ReadUInt64();
        step = reader.ReadUInt64();
    }
}
