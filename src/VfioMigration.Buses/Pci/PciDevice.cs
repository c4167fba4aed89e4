using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Pci;

/// <summary>A PCI function: <c>/sys/devices/pciDDDD:BB/ADDRESS</c>.</summary>
public sealed class PciDevice : Device
{
    private int enableCount;

    internal PciDevice(DriverCore core, PciAddress address, PciIds ids)
        : base(core, address.ToString())
    {
        Address = address;
        Ids = ids;
        Config = new PciConfigSpace(ids);
    }

    public PciAddress Address { get; }

    public PciIds Ids { get; }

    public PciConfigSpace Config { get; }

    /// <summary>The only driver that may bind, when set (<c>driver_override</c>).</summary>
    public string? DriverOverride { get; internal set; }

    /// <summary>How often <c>enable</c> was switched on.</summary>
    internal int EnableCount => Volatile.Read(ref enableCount);

    /// <summary>EBUSY while a driver is bound; EIO when the count would be negative.</summary>
    internal Errno TryChangeEnableCount(int change)
    {
        while (true)
        {
            int seen = EnableCount;
            if (Driver is not null || seen + change < 0)
            {
                return Driver is not null ? Errno.EBUSY : Errno.EIO;
            }

            if (Interlocked.CompareExchange(ref enableCount, seen + change, seen) == seen)
            {
                return Errno.None;
            }
        }
    }

    /// <summary>What <c>numa_node</c> shows.</summary>
    internal int NumaNode { get; set; } = -1;

    /// <summary>What depmod matches against.</summary>
    internal string Modalias =>
        $"pci:v{Ids.Vendor:X8}d{Ids.Device:X8}sv{Ids.SubsystemVendor:X8}sd{Ids.SubsystemDevice:X8}"
        + $"bc{Ids.Class >> 16:X2}sc{(Ids.Class >> 8) & 0xFF:X2}i{Ids.Class & 0xFF:X2}";
}
