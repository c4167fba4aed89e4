namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_IRQ_INFO_*</c>.</summary>
[Flags]
public enum VfioIrqFlags : uint
{
    None = 0,
    VFIO_IRQ_INFO_EVENTFD = 1 << 0,
    VFIO_IRQ_INFO_MASKABLE = 1 << 1,
    VFIO_IRQ_INFO_AUTOMASKED = 1 << 2,
    VFIO_IRQ_INFO_NORESIZE = 1 << 3,

    /// <summary>VFIO_IRQ_INFO_FLAG_CAPS: proposed 2020, never merged (R50).</summary>
    Caps = 1 << 4,
}
