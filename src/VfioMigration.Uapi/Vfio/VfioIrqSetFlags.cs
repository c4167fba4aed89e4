namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_IRQ_SET_*</c>: exactly one DATA flag and exactly one ACTION flag per call.</summary>
[Flags]
public enum VfioIrqSetFlags : uint
{
    None = 0,
    VFIO_IRQ_SET_DATA_NONE = 1 << 0,
    VFIO_IRQ_SET_DATA_BOOL = 1 << 1,
    VFIO_IRQ_SET_DATA_EVENTFD = 1 << 2,
    VFIO_IRQ_SET_ACTION_MASK = 1 << 3,
    VFIO_IRQ_SET_ACTION_UNMASK = 1 << 4,
    VFIO_IRQ_SET_ACTION_TRIGGER = 1 << 5,
    VFIO_IRQ_SET_DATA_TYPE_MASK = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_DATA_EVENTFD,
    VFIO_IRQ_SET_ACTION_TYPE_MASK = VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_ACTION_TRIGGER,
}
