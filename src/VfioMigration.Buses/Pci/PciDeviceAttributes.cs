using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Pci;

/// <summary>The files of a PCI function (<c>drivers/pci/pci-sysfs.c</c>) that tools read.</summary>
internal static class PciDeviceAttributes
{
    private const int Resources = 13;

    /// <summary>What everybody may read of the configuration space (pci_read_config).</summary>
    private const int StandardHeader = 64;

    internal static readonly AttributeGroup Group = new(
        Text("vendor", static device => $"0x{device.Ids.Vendor:x4}"),
        Text("device", static device => $"0x{device.Ids.Device:x4}"),
        Text("subsystem_vendor", static device => $"0x{device.Ids.SubsystemVendor:x4}"),
        Text("subsystem_device", static device => $"0x{device.Ids.SubsystemDevice:x4}"),
        Text("revision", static device => $"0x{device.Ids.Revision:x2}"),
        Text("class", static device => $"0x{device.Ids.Class:x6}"),
        Text("modalias", static device => device.Modalias),
        Text("irq", static _ => "0"),
        Text("ari_enabled", static _ => "0"),
        Text("power_state", static _ => "D0"),
        Text("dma_mask_bits", static _ => "32"),
        Text("consistent_dma_mask_bits", static _ => "32"),
        Text("local_cpus", static _ => Environment.ProcessorCount >= 32 ? "ffffffff" : $"{(1u << Environment.ProcessorCount) - 1:x}"),
        Text("local_cpulist", static _ => Environment.ProcessorCount == 1 ? "0" : $"0-{Environment.ProcessorCount - 1}"),
        SysfsAttribute<PciDevice>.ReadOnly("resource", static (_, page) =>
            SysfsText.Lines(page, string.Concat(Enumerable.Repeat("0x0000000000000000 0x0000000000000000 0x0000000000000000\n", Resources)))),
        SysfsAttribute<PciDevice>.Capable("enable", Errno.EPERM, static (device, page) => SysfsText.Line(page, device.EnableCount), StoreEnable),
        SysfsAttribute<PciDevice>.Capable("numa_node", Errno.EPERM, static (device, page) => SysfsText.Line(page, device.NumaNode), StoreNumaNode),
        SysfsAttribute<PciDevice>.ReadWrite(
            "driver_override",
            static (device, page) => SysfsText.Line(page, Encoding.Latin1.GetBytes(device.DriverOverride ?? "(null)")),
            StoreDriverOverride),
        new SysfsBinaryAttribute<PciDevice>(
            "config",
            FileModes.Octal(644),
            PciConfigSpace.Size,
            static (device, offset, destination) => device.Config.Read((int)offset, destination),
            static (device, offset, source) => device.Config.Write((int)offset, source))
        { UnprivilegedSize = StandardHeader });

    private static SysfsAttribute<PciDevice> Text(string name, Func<PciDevice, string> value) =>
        SysfsAttribute<PciDevice>.ReadOnly(name, (device, page) => SysfsText.Line(page, value(device)));

    /// <summary>
    /// enable_store: 0 takes one enabling back, any other number adds one. EBUSY while a driver is bound; EIO when there is none to take back.
    /// </summary>
    private static Errno StoreEnable(PciDevice device, ReadOnlySpan<byte> value)
    {
        Result<ulong> number = SysfsText.ParseUnsigned(value);
        return number.IsOk ? device.TryChangeEnableCount(number.Value == 0 ? -1 : 1) : number.Error;
    }

    /// <summary>numa_node_store. The hosts have one node; -1 means "none".</summary>
    private static Errno StoreNumaNode(PciDevice device, ReadOnlySpan<byte> value)
    {
        if (!SysfsText.ParseInt(value).TryGet(out int node, out Errno error) || node is < -1 or > 0)
        {
            return error == Errno.None ? Errno.EINVAL : error;
        }

        device.NumaNode = node;
        device.Log(LogLevels.Alert, $"[Firmware Bug]: Overriding NUMA node to {node}.  Contact your vendor for updates.");
        return Errno.None;
    }

    /// <summary>
    /// driver_set_override of <c>drivers/base/driver.c</c>: the text before a NUL and the first newline; nothing, or a newline at the beginning, clears it. EINVAL for
    /// what could not be shown again, a page less two bytes.
    /// </summary>
    private static Errno StoreDriverOverride(PciDevice device, ReadOnlySpan<byte> value)
    {
        if (value.Length >= SysfsAttribute.MaxShown)
        {
            return Errno.EINVAL;
        }

        int end = value.IndexOfAny((byte)0, (byte)'\n');
        string name = Encoding.Latin1.GetString(end < 0 ? value : value[..end]);
        device.DriverOverride = name.Length == 0 ? null : name;
        return Errno.None;
    }
}
