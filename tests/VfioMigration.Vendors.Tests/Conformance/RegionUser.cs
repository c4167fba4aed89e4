using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>A user of the migration region, which knows a device only by its regions.</summary>
internal sealed class RegionUser
{
    private readonly VfioDevice device;

    internal RegionUser(VfioDevice device)
    {
        this.device = device;
        Index = Enumerable.Range(0, device.Regions.Count).Single(index => device.Regions[index].Capabilities
            .Contains(new RegionTypeCapability(VfioRegionTypes.VFIO_REGION_TYPE_MIGRATION, VfioRegionTypes.VFIO_REGION_SUBTYPE_MIGRATION)));
    }

    internal int Index { get; }

    internal VfioRegion Region => device.Regions[Index];

    internal uint State
    {
        get
        {
            byte[] bytes = new byte[4];
            Assert.Equal(Errno.None, device.ReadRegion(Index, 0, bytes));
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        }
    }

    internal ulong PendingBytes => Field(8);

    internal ulong DataOffset => Field(16);

    internal ulong DataSize => Field(24);

    internal Errno Enter(uint state) => device.WriteRegion(Index, 0, BitConverter.GetBytes(state));

    internal void MustEnter(uint state)
    {
        Assert.Equal(Errno.None, Enter(state));
        Assert.Equal(state, State);
    }

    /// <summary>The save loop until there is nothing to fetch, chunk by chunk.</summary>
    internal IReadOnlyList<byte[]> FetchAll()
    {
        var chunks = new List<byte[]>();
        while (PendingBytes > 0)
        {
            chunks.Add(FetchChunk());
        }

        return chunks;
    }

    internal byte[] FetchChunk()
    {
        ulong offset = DataOffset;
        byte[] chunk = new byte[DataSize];
        Assert.NotEmpty(chunk);
        Assert.Equal(Errno.None, device.ReadRegion(Index, offset, chunk));
        return chunk;
    }

    /// <summary>The resume loop; stops at the first errno.</summary>
    internal Errno Give(IEnumerable<byte[]> chunks)
    {
        Errno error = Errno.None;
        foreach (byte[] chunk in chunks)
        {
            error = error == Errno.None ? device.WriteRegion(Index, DataOffset, chunk) : error;
            error = error == Errno.None ? device.WriteRegion(Index, 24, BitConverter.GetBytes((ulong)chunk.Length)) : error;
        }

        return error;
    }

    private ulong Field(ulong offset)
    {
        byte[] bytes = new byte[8];
        Assert.Equal(Errno.None, device.ReadRegion(Index, offset, bytes));
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
