using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Pci;

/// <summary>The PCI bus: <c>/sys/bus/pci</c> and the root buses <c>/sys/devices/pciDDDD:BB</c>.</summary>
public sealed class PciBus(DriverCore core) : DeviceBus(core, "pci")
{
    private static readonly IReadOnlyList<AttributeGroup> Groups = [PciDeviceAttributes.Group];

    private static readonly IReadOnlyList<AttributeGroup> IdFiles =
    [
        new AttributeGroup(
            SysfsAttribute<PciDriver>.WriteOnly("new_id", static (driver, text) => driver.AddId(text)),
            SysfsAttribute<PciDriver>.WriteOnly("remove_id", static (driver, text) => driver.RemoveId(text))),
    ];

    private readonly DriverCore core = core;
    private readonly Dictionary<string, Device> rootBuses = [];

    public override IReadOnlyList<AttributeGroup> DeviceGroups => Groups;

    public override IReadOnlyList<AttributeGroup> DriverGroups => IdFiles;

    /// <summary>Plugs a function in; a driver that claims it is bound at once. EEXIST when the address is taken.</summary>
    public Result<PciDevice> AddDevice(PciAddress address, PciIds ids)
    {
        var device = new PciDevice(core, address, ids) { Bus = this, ParentDevice = RootBus(address) };
        Errno error = device.Add();
        return error == Errno.None ? device : error;
    }

    protected override void AppendDeviceUeventVariables(Device device, UeventEnvironment environment)
    {
        var pci = (PciDevice)device;
        environment.Add("PCI_CLASS", $"{pci.Ids.Class:X4}");
        environment.Add("PCI_ID", $"{pci.Ids.Vendor:X4}:{pci.Ids.Device:X4}");
        environment.Add("PCI_SUBSYS_ID", $"{pci.Ids.SubsystemVendor:X4}:{pci.Ids.SubsystemDevice:X4}");
        environment.Add("PCI_SLOT_NAME", pci.Name);
        environment.Add("MODALIAS", pci.Modalias);
    }

    /// <summary>Offers a driver every free function that it matches.</summary>
    internal void Attach(PciDriver driver) => AttachAll(driver);

    private Device RootBus(PciAddress address)
    {
        string name = $"pci{address.Domain:x4}:{address.Bus:x2}";
        lock (rootBuses)
        {
            if (!rootBuses.TryGetValue(name, out Device? root))
            {
                root = new Device(core, name);
                root.Add();
                rootBuses.Add(name, root);
            }

            return root;
        }
    }
}
