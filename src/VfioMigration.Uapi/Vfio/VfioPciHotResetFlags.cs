namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_PCI_HOT_RESET_FLAG_*</c>.</summary>
[Flags]
public enum VfioPciHotResetFlags : uint
{
    None = 0,
    VFIO_PCI_HOT_RESET_FLAG_DEV_ID = 1 << 0,
    VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED = 1 << 1,
}
