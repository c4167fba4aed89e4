namespace VfioMigration.Sysfs;

/// <summary>The <c>dev</c> file of a device with a device node: <c>MAJOR:MINOR</c>.</summary>
internal static class DevAttribute
{
    internal static readonly AttributeGroup Group = new(
        SysfsAttribute<Device>.ReadOnly("dev", static (device, page) => SysfsText.Line(page, $"{device.Node!.Major}:{device.Node.Minor}")));
}
