using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>The <c>uevent</c> files: writing sends a synthetic uevent, reading (devices only) lists the variables.</summary>
internal static class UeventAttribute
{
    /// <summary>For buses, drivers and modules: 0200.</summary>
    internal static readonly SysfsAttribute<Kobject> WriteOnly =
        SysfsAttribute<Kobject>.WriteOnly("uevent", static (kobject, value) => SyntheticUevent.Send(kobject, value));

    /// <summary>For devices: 0644. A refused write is also reported as the device's error.</summary>
    internal static readonly AttributeGroup DeviceGroup = new(SysfsAttribute<Device>.ReadWrite("uevent", Show, Store));

    private static Result<int> Show(Device device, Span<byte> page)
    {
        if (device.Subsystem is null)
        {
            return 0;
        }

        var environment = new UeventEnvironment();
        device.AppendUeventVariables(environment);
        var text = new StringBuilder();
        foreach (string variable in environment.Variables)
        {
            text.Append(variable).Append('\n');
        }

        return SysfsText.Lines(page, text.ToString());
    }

    private static Errno Store(Device device, ReadOnlySpan<byte> value)
    {
        Errno error = SyntheticUevent.Send(device, value);
        if (error != Errno.None)
        {
            device.Log(LogLevels.Error, $"uevent: failed to send synthetic uevent: -{(int)error}");
        }

        return error;
    }
}
