using VfioMigration.Sysfs;

namespace VfioMigration.Buses.Pci;

/// <summary>A PCI function: <c>/sys/devices/pciDDDD:BB/ADDRESS</c>.</summary>
public sealed class PciDevice : Device
{
    internal PciDevice(DriverCore core, PciAddress address, PciIds ids)
        : base(core, address.ToString())
    {
        Ids = ids;
        Config = new PciConfigSpace(ids);
    }

    public PciIds Ids { get; }

    public PciConfigSpace Config { get; }

    /// <summary>The only driver that may bind, when set (<c>driver_override</c>).</summary>
    public string? DriverOverride { get; internal set; }

    /// <summary>How often <c>enable</c> was switched on.</summary>
    internal int EnableCount { get; set; }

    /// <summary>What <c>numa_node</c> shows.</summary>
    internal int NumaNode { get; set; } = -1;

    /// <summary>What depmod matches against.</summary>
    internal string Modalias =>
        $"pci:v{Ids.Vendor:X8}d{Ids.Device:X8}sv{Ids.SubsystemVendor:X8}sd{Ids.SubsystemDevice:X8}"
        + $"bc{Ids.Class >> 16:X2}sc{(Ids.Class >> 8) & 0xFF:X2}i{Ids.Class & 0xFF:X2}";
}
