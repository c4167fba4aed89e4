namespace VfioMigration.Uapi.Vfio;

/// <summary>Bits of <c>vfio_device_feature.flags</c> beside the feature number.</summary>
[Flags]
public enum VfioDeviceFeatureFlags : uint
{
    None = 0,
    VFIO_DEVICE_FEATURE_MASK = 0xFFFF,
    VFIO_DEVICE_FEATURE_GET = 1 << 16,
    VFIO_DEVICE_FEATURE_SET = 1 << 17,
    VFIO_DEVICE_FEATURE_PROBE = 1 << 18,
}
