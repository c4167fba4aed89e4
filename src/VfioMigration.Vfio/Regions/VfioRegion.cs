using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Regions;

/// <summary>A region of a device as VFIO shows it: a size, rights, capabilities, and what an access does.</summary>
public abstract class VfioRegion
{
    private readonly Lock gate = new();
    private readonly List<RegionMapping> mappings = [];

    /// <param name="size">Bytes, as reported.</param>
    /// <param name="flags">CAPS is added when there are capabilities.</param>
    /// <param name="capabilities">In the order of the chain.</param>
    protected VfioRegion(ulong size, VfioRegionFlags flags, params IReadOnlyList<RegionCapability> capabilities)
    {
        Size = size;
        Flags = flags | (capabilities.Count > 0 ? VfioRegionFlags.VFIO_REGION_INFO_FLAG_CAPS : VfioRegionFlags.None);
        Capabilities = capabilities;
    }

    /// <summary>Bytes, as GET_REGION_INFO reports them.</summary>
    public ulong Size { get; }

    public VfioRegionFlags Flags { get; }

    /// <summary>In the order of the chain; may change while the device works.</summary>
    public virtual IReadOnlyList<RegionCapability> Capabilities { get; }

    /// <summary>Bytes that can be accessed; <see cref="Size"/> unless a driver reports something else.</summary>
    protected internal virtual ulong Limit => Size;

    /// <summary>True for a region whose accesses never reach a driver, or reach it through a guard of their own.</summary>
    internal virtual bool IsDriverless => false;

    /// <summary>The bytes of a region that may be mapped; empty for one that is all trapped.</summary>
    public virtual Memory<byte> Memory => default;

    /// <summary>Reads a range that lies inside the limit.</summary>
    protected internal abstract Errno Read(ulong offset, Span<byte> destination);

    /// <summary>Writes a range that lies inside the limit.</summary>
    protected internal abstract Errno Write(ulong offset, ReadOnlySpan<byte> source);

    /// <summary>
    /// Takes note that a user mapped a part. EINVAL: the region cannot be mapped, or not there (SPARSE_MMAP), or the range is empty or not
    /// page aligned. Pairs with disposing the mapping.
    /// </summary>
    public Result<RegionMapping> Map(ulong offset, ulong size)
    {
        SparseMmapCapability? sparse = Capabilities.OfType<SparseMmapCapability>().FirstOrDefault(capability => !capability.WhileSaving);
        if (!Flags.HasFlag(VfioRegionFlags.VFIO_REGION_INFO_FLAG_MMAP)
            || size == 0
            || ((offset | size) & (Page.Size - 1)) != 0
            || offset > Size
            || size > Size - offset
            || sparse?.Covers(offset, size) == false)
        {
            return Errno.EINVAL;
        }

        var mapping = new RegionMapping(this, offset, size);
        lock (gate)
        {
            mappings.Add(mapping);
        }

        return mapping;
    }

    /// <summary>True while a part is mapped that must be trapped when the device is saved (SPARSE_MMAP_SAVING, R52).</summary>
    public bool HasMappingThatConflictsWithSaving()
    {
        SparseMmapCapability? saving = Capabilities.OfType<SparseMmapCapability>().FirstOrDefault(capability => capability.WhileSaving);
        return saving is not null && HasMappingOutside(saving);
    }

    /// <summary>True while a part is mapped that a layout leaves out.</summary>
    protected bool HasMappingOutside(SparseMmapCapability layout)
    {
        lock (gate)
        {
            return mappings.Any(mapping => !layout.Covers(mapping.Offset, mapping.Size));
        }
    }

    internal void Unmap(RegionMapping mapping)
    {
        lock (gate)
        {
            mappings.Remove(mapping);
        }
    }
}
