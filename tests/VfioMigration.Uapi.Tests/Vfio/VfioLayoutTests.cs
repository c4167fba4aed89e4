using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Uapi.Tests.Vfio;

/// <summary>Every structure against <c>include/uapi/linux/vfio.h</c>, as printed by a C program (uapi-v1.md, uapi-v2.md).</summary>
public sealed class VfioLayoutTests
{
    public static TheoryData<string, int, int> Sizes => new()
    {
        { "vfio_device_feature", 8, Unsafe.SizeOf<VfioDeviceFeatureHeader>() },
        { "vfio_device_feature_mig_state", 8, Unsafe.SizeOf<VfioDeviceFeatureMigState>() },
        { "vfio_device_migration_info", 32, VfioDeviceMigrationInfo.Size },
        { "vfio_device_feature_dma_logging_control", 24, Unsafe.SizeOf<VfioDmaLoggingControl>() },
        { "vfio_device_feature_dma_logging_range", 16, Unsafe.SizeOf<VfioDmaLoggingRange>() },
        { "vfio_device_feature_dma_logging_report", 32, Unsafe.SizeOf<VfioDmaLoggingReport>() },
        { "vfio_precopy_info", 24, Unsafe.SizeOf<VfioPrecopyInfo>() },
        { "vfio_device_feature_migration.flags", 8, Unsafe.SizeOf<VfioMigrationFlags>() },
        { "vfio_device_feature_mig_state.device_state", 4, Unsafe.SizeOf<VfioDeviceState>() },
        { "vfio_device_migration_info.device_state", 4, Unsafe.SizeOf<VfioDeviceStateV1>() },
        { "vfio_device_info.flags", 4, Unsafe.SizeOf<VfioDeviceFlags>() },
        { "vfio_region_info.flags", 4, Unsafe.SizeOf<VfioRegionFlags>() },
        { "vfio_info_cap_header.id", 2, Unsafe.SizeOf<VfioRegionCapabilityId>() },
        { "vfio_irq_info.flags", 4, Unsafe.SizeOf<VfioIrqFlags>() },
        { "vfio_irq_set.flags", 4, Unsafe.SizeOf<VfioIrqSetFlags>() },
        { "vfio_iommu_type1_dma_map.flags", 4, Unsafe.SizeOf<VfioDmaMapFlags>() },
        { "vfio_iommu_type1_dirty_bitmap.flags", 4, Unsafe.SizeOf<VfioDirtyPagesFlags>() },
    };

    public static TheoryData<Type, string, int> Offsets => new()
    {
        { typeof(VfioDeviceFeatureHeader), nameof(VfioDeviceFeatureHeader.Argsz), 0 },
        { typeof(VfioDeviceFeatureHeader), nameof(VfioDeviceFeatureHeader.Flags), 4 },
        { typeof(VfioDeviceFeatureMigState), nameof(VfioDeviceFeatureMigState.DeviceState), 0 },
        { typeof(VfioDeviceFeatureMigState), nameof(VfioDeviceFeatureMigState.DataFd), 4 },
        { typeof(VfioDmaLoggingControl), nameof(VfioDmaLoggingControl.PageSize), 0 },
        { typeof(VfioDmaLoggingControl), nameof(VfioDmaLoggingControl.NumRanges), 8 },
        { typeof(VfioDmaLoggingControl), nameof(VfioDmaLoggingControl.Reserved), 12 },
        { typeof(VfioDmaLoggingRange), nameof(VfioDmaLoggingRange.Iova), 0 },
        { typeof(VfioDmaLoggingRange), nameof(VfioDmaLoggingRange.Length), 8 },
        { typeof(VfioDmaLoggingReport), nameof(VfioDmaLoggingReport.Iova), 0 },
        { typeof(VfioDmaLoggingReport), nameof(VfioDmaLoggingReport.Length), 8 },
        { typeof(VfioDmaLoggingReport), nameof(VfioDmaLoggingReport.PageSize), 16 },
        { typeof(VfioPrecopyInfo), nameof(VfioPrecopyInfo.Argsz), 0 },
        { typeof(VfioPrecopyInfo), nameof(VfioPrecopyInfo.Flags), 4 },
        { typeof(VfioPrecopyInfo), nameof(VfioPrecopyInfo.InitialBytes), 8 },
        { typeof(VfioPrecopyInfo), nameof(VfioPrecopyInfo.DirtyBytes), 16 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Structure_HasTheSizeOfTheKernels(string name, int kernel, int ours) => Assert.Equal((name, kernel), (name, ours));

    [Theory]
    [MemberData(nameof(Offsets))]
    public void Field_IsWhereTheKernelHasIt(Type structure, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(structure, field));

    [Fact]
    public void Constants_AreTheKernels()
    {
        Assert.Equal(
            [0, 4, 8, 16, 24],
            [VfioDeviceMigrationInfo.DeviceState, VfioDeviceMigrationInfo.Reserved, VfioDeviceMigrationInfo.PendingBytes, VfioDeviceMigrationInfo.DataOffset, VfioDeviceMigrationInfo.DataSize]);
        Assert.Equal(6, (int)VfioDeviceFeature.VFIO_DEVICE_FEATURE_DMA_LOGGING_START);
        Assert.Equal(7, (int)VfioDeviceFeature.VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP);
        Assert.Equal(8, (int)VfioDeviceFeature.VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT);
        Assert.Equal(0x10000U, (uint)VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_GET);
        Assert.Equal(0x20000U, (uint)VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_SET);
        Assert.Equal(0x40000U, (uint)VfioDeviceFeatureFlags.VFIO_DEVICE_FEATURE_PROBE);
        Assert.Equal(4U, (uint)VfioDirtyPagesFlags.VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP);
        Assert.Equal(8U, (uint)VfioDeviceState.VFIO_DEVICE_STATE_NR);
        Assert.Equal(7U, (uint)VfioDeviceStateV1.VFIO_DEVICE_STATE_MASK);
    }
}
