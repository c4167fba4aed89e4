namespace VfioMigration.Uapi.Vfio;

/// <summary>Feature numbers in the low 16 bits of <c>vfio_device_feature.flags</c>.</summary>
public enum VfioDeviceFeature : ushort
{
    VFIO_DEVICE_FEATURE_MIGRATION = 1,
    VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE = 2,
    VFIO_DEVICE_FEATURE_DMA_LOGGING_START = 6,
    VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP = 7,
    VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT = 8,
    VFIO_DEVICE_FEATURE_MIG_DATA_SIZE = 9,

    /// <summary>SET without payload: the user understands VFIO_PRECOPY_INFO_REINIT (since Linux 7.2).</summary>
    VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2 = 12,
}
