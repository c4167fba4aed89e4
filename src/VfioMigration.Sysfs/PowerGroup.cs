using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// The <c>power/</c> directory of every device, as runtime power management shows it for devices that do not use it
/// (<c>drivers/base/power/sysfs.c</c>).
/// </summary>
internal static class PowerGroup
{
    internal static readonly AttributeGroup Group = new(
        "power",
        SysfsAttribute<Device>.ReadWrite("async", static (device, page) => SysfsText.Line(page, device.PowerAsync ? "enabled"u8 : "disabled"u8), StoreAsync),
        SysfsAttribute<Device>.ReadWrite("autosuspend_delay_ms", static (_, _) => Errno.EIO, static (_, _) => Errno.EIO),
        SysfsAttribute<Device>.ReadWrite("control", static (device, page) => SysfsText.Line(page, device.PowerForbidden ? "on"u8 : "auto"u8), StoreControl),
        Zero("runtime_active_kids"),
        Zero("runtime_active_time"),
        SysfsAttribute<Device>.ReadOnly("runtime_enabled", static (device, page) =>
            SysfsText.Line(page, device.PowerForbidden ? "disabled & forbidden"u8 : "disabled"u8)),
        SysfsAttribute<Device>.ReadOnly("runtime_status", static (_, page) => SysfsText.Line(page, "unsupported"u8)),
        Zero("runtime_suspended_time"),
        SysfsAttribute<Device>.ReadOnly("runtime_usage", static (device, page) => SysfsText.Line(page, device.PowerForbidden ? 1 : 0)));

    private static SysfsAttribute<Device> Zero(string name) =>
        SysfsAttribute<Device>.ReadOnly(name, static (_, page) => SysfsText.Line(page, 0));

    private static Errno StoreAsync(Device device, ReadOnlySpan<byte> value)
    {
        bool enabled = SysfsText.Equal(value, "enabled"u8);
        if (!enabled && !SysfsText.Equal(value, "disabled"u8))
        {
            return Errno.EINVAL;
        }

        device.PowerAsync = enabled;
        return Errno.None;
    }

    private static Errno StoreControl(Device device, ReadOnlySpan<byte> value)
    {
        bool forbidden = SysfsText.Equal(value, "on"u8);
        if (!forbidden && !SysfsText.Equal(value, "auto"u8))
        {
            return Errno.EINVAL;
        }

        device.PowerForbidden = forbidden;
        return Errno.None;
    }
}
