namespace VfioMigration.DevVfio.Iommufd;

/// <summary>An I/O page table of hardware (HWPT) over an address space.</summary>
internal sealed class IommufdHwpt : IommufdObject
{
    internal IommufdHwpt(IommufdIoas ioas, bool tracksDirty)
    {
        Ioas = ioas;
        TracksDirty = tracksDirty;
        ioas.Users++;
    }

    internal IommufdIoas Ioas { get; }

    /// <summary>It was made with IOMMU_HWPT_ALLOC_DIRTY_TRACKING.</summary>
    internal bool TracksDirty { get; }

    /// <summary>Made by attaching a device to an address space; it goes with the last device.</summary>
    internal bool IsAutomatic { get; init; }

    internal override void Destroy()
    {
        if (TracksDirty)
        {
            Ioas.Map.SetPageTableTracking(false);
        }

        Ioas.Users--;
    }
}
