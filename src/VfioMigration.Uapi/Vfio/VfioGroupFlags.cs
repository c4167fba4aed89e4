namespace VfioMigration.Uapi.Vfio;

/// <summary><c>VFIO_GROUP_FLAGS_*</c>.</summary>
[Flags]
public enum VfioGroupFlags : uint
{
    None = 0,
    VFIO_GROUP_FLAGS_VIABLE = 1 << 0,
    VFIO_GROUP_FLAGS_CONTAINER_SET = 1 << 1,
}
