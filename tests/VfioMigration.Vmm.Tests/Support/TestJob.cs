using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>What a <see cref="TestDevice"/> writes into guest memory, and the beginning of it into its own.</summary>
internal readonly record struct TestJob(uint Address, uint Length, uint Seed)
{
    internal const int MaxLength = 2048;

    /// <summary>Bytes of a job in the device's own memory.</summary>
    internal const int Record = 64;

    /// <summary>The bytes, in a buffer of <see cref="MaxLength"/>.</summary>
    internal Span<byte> Fill(byte[] buffer)
    {
        Span<byte> content = buffer.AsSpan(0, (int)Math.Clamp(Length, Record, MaxLength));
        new AccessGenerator(new WorkloadOptions(Seed)).Fill(content);
        return content;
    }

    internal void Save(StateWriter writer)
    {
        writer.Write(Address);
        writer.Write(Length);
        writer.Write(Seed);
    }

    internal static TestJob Load(ref StateReader reader) => new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
}
