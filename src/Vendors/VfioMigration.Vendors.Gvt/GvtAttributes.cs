using VfioMigration.Mdev;
using VfioMigration.Sdk.Aggregation;
using VfioMigration.Sysfs;

namespace VfioMigration.Vendors.Gvt;

/// <summary>The <c>intel_vgpu/</c> files of a device (<c>drivers/gpu/drm/i915/gvt/kvmgt.c</c>).</summary>
internal static class GvtAttributes
{
    internal static IReadOnlyList<AttributeGroup> AggregatingGroups => [.. Groups, AggregationAttributes.Group];

    internal static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(
            "intel_vgpu",
            SysfsAttribute<MdevDevice>.ReadOnly("vgpu_id", static (device, page) => SysfsText.Line(page, ((GvtDevice)device.DriverData!).Id))),
    ];
}
