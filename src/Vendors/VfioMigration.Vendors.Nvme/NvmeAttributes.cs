using System.Text;

using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.Nvme;

/// <summary>The files of a function while it is bound: <c>remote_url</c> (R42; proposed 2020, not merged).</summary>
internal static class NvmeAttributes
{
    internal static readonly IReadOnlyList<AttributeGroup> Groups =
    [
        new AttributeGroup(SysfsAttribute<PciDevice>.ReadWrite("remote_url", static (function, page) => SysfsText.Line(page, DeviceOf(function).RemoteUrl.Text), Store)),
    ];

    /// <summary>EINVAL: too long, or not printable ASCII. An empty line restores the local store.</summary>
    private static Errno Store(PciDevice function, ReadOnlySpan<byte> value)
    {
        if (RemoteUrl.Parse(Encoding.Latin1.GetString(SysfsText.TrimNewline(value))) is not { } url)
        {
            return Errno.EINVAL;
        }

        DeviceOf(function).RemoteUrl = url;
        return Errno.None;
    }

    private static NvmeDevice DeviceOf(PciDevice function) => (NvmeDevice)function.DriverData!;
}
