namespace VfioMigration.Vendors.I40evf;

/// <summary>How the driver traps the writes that start DMA, which it needs to track what is dirty.</summary>
internal enum DoorbellTrap
{
    /// <summary>BAR 0 cannot be mapped.</summary>
    Always,

    /// <summary>An interrupt requests the user to map less (VFIO_IRQ_TYPE_REMAP_BAR_REGION, R50).</summary>
    RemapIrq,

    /// <summary>A second layout lists what may stay mapped; saving is refused while more is (SPARSE_MMAP_SAVING, R52).</summary>
    SparseMmapSaving,
}
