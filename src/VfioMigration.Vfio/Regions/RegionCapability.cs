using System.Buffers.Binary;

using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary>An entry of the chain behind <c>struct vfio_region_info</c>.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Version">Of its layout.</param>
public abstract record RegionCapability(VfioRegionCapabilityId Id, ushort Version)
{
    /// <summary>Bytes of <c>struct vfio_info_cap_header</c>.</summary>
    private const int HeaderSize = 8;

    /// <summary>Bytes behind the header, a multiple of 8.</summary>
    protected abstract int BodySize { get; }

    protected abstract void WriteBody(Span<byte> body);

    /// <summary>What follows the header.</summary>
    public byte[] ToBytes()
    {
        byte[] body = new byte[BodySize];
        WriteBody(body);
        return body;
    }

    /// <summary>Bytes of a whole chain.</summary>
    public static int ChainSize(IReadOnlyList<RegionCapability> chain) => chain.Sum(capability => HeaderSize + capability.BodySize);

    /// <summary>
    /// Writes a chain that begins <paramref name="offset"/> bytes into the answer; each header's <c>next</c> counts from the answer's
    /// beginning too, 0 in the last.
    /// </summary>
    public static void WriteChain(IReadOnlyList<RegionCapability> chain, Span<byte> destination, int offset)
    {
        for (int i = 0; i < chain.Count; i++)
        {
            RegionCapability capability = chain[i];
            int size = HeaderSize + capability.BodySize;
            offset += size;
            BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)capability.Id);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], capability.Version);
            BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], i + 1 < chain.Count ? (uint)offset : 0);
            capability.WriteBody(destination[HeaderSize..size]);
            destination = destination[size..];
        }
    }
}
