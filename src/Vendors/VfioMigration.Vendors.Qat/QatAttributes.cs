using System.Text;

using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Qat;

/// <summary>The files of a function while it is bound: <c>algorithms</c> (proposed 2020, not merged).</summary>
internal static class QatAttributes
{
    internal static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(SysfsAttribute<PciDevice>.ReadWrite("algorithms", static (function, page) => SysfsText.Line(page, DeviceOf(function).Algorithms.Text), Store)),
    ];

    /// <summary>EINVAL: not a set of names. EBUSY: the function is in use, and its guest relies on the current value.</summary>
    private static Errno Store(PciDevice function, ReadOnlySpan<byte> value) =>
        AlgorithmSet.Parse(Encoding.Latin1.GetString(SysfsText.TrimNewline(value))) is { } algorithms
            ? DeviceOf(function).Configure(algorithms)
            : Errno.EINVAL;

    private static QatDevice DeviceOf(PciDevice function) => (QatDevice)function.DriverData!;
}
