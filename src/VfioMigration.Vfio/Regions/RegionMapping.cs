namespace VfioMigration.Vfio.Regions;

/// <summary>A part of a region that a user has mapped; disposing it is munmap(2).</summary>
public sealed class RegionMapping : IDisposable
{
    private readonly VfioRegion region;

    internal RegionMapping(VfioRegion region, ulong offset, ulong size)
    {
        this.region = region;
        Offset = offset;
        Size = size;
    }

    /// <summary>In the region.</summary>
    public ulong Offset { get; }

    /// <summary>Bytes.</summary>
    public ulong Size { get; }

    public void Dispose() => region.Unmap(this);
}
