using System.Text;

using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sdk.Functions;

/// <summary>A file of a bound function that shows what the device is configured to, and configures it.</summary>
public static class FunctionConfiguration
{
    /// <summary>The group with that file. Writing is EINVAL for a text that means nothing, else as the device says.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="show">The text of the configuration, without a newline.</param>
    /// <param name="parse">Null for a text that means nothing.</param>
    /// <param name="configure">Takes the configuration over, or says why not.</param>
    public static AttributeGroup Group<TDevice, TValue>(string name, Func<TDevice, string> show, Func<string, TValue?> parse, Func<TDevice, TValue, Errno> configure)
        where TDevice : class
        where TValue : class =>
        new(SysfsAttribute<PciDevice>.ReadWrite(
            name,
            (function, page) => SysfsText.Line(page, show(DeviceOf<TDevice>(function))),
            (function, value) => parse(Encoding.Latin1.GetString(SysfsText.TrimNewline(value))) is { } wanted ? configure(DeviceOf<TDevice>(function), wanted) : Errno.EINVAL));

    private static TDevice DeviceOf<TDevice>(PciDevice function)
        where TDevice : class => (TDevice)function.DriverData!;
}
