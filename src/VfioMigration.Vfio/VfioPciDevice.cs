using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio;

/// <summary>
/// A device that looks like a PCI function: nine fixed regions and five fixed interrupts (<c>vfio_pci_core.c</c>). Everything is absent
/// until the driver puts it in.
/// </summary>
public class VfioPciDevice : VfioDevice
{
    private const ushort PCI_COMMAND_MASTER = 0x4;

    /// <param name="device">The device of the bus that this one stands on.</param>
    /// <param name="config">Its configuration space.</param>
    /// <param name="bars">BAR index to region.</param>
    /// <param name="msiVectors">Vectors of MSI, 0 for none.</param>
    /// <param name="msixVectors">Vectors of MSI-X, 0 for none.</param>
    /// <param name="configRegion">Null for a region of the whole space.</param>
    public VfioPciDevice(
        Device device,
        PciConfigSpace config,
        IReadOnlyDictionary<int, VfioRegion> bars,
        int msiVectors = 0,
        int msixVectors = 0,
        PciConfigRegion? configRegion = null)
        : base(device, VfioDeviceFlags.VFIO_DEVICE_FLAGS_PCI | VfioDeviceFlags.VFIO_DEVICE_FLAGS_RESET)
    {
        Config = config;
        for (int index = 0; index < VfioPciIndex.VFIO_PCI_NUM_REGIONS; index++)
        {
            AddRegion(index == VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX
                ? configRegion ?? new PciConfigRegion(config)
                : bars.GetValueOrDefault(index) ?? new AbsentRegion());
        }

        const VfioIrqFlags Level = VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD | VfioIrqFlags.VFIO_IRQ_INFO_MASKABLE | VfioIrqFlags.VFIO_IRQ_INFO_AUTOMASKED;
        const VfioIrqFlags Message = VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD | VfioIrqFlags.VFIO_IRQ_INFO_NORESIZE;
        Intx = AddIrq(new VfioIrq(1, Level));
        Msi = AddIrq(new VfioIrq(msiVectors, Message));
        Msix = AddIrq(new VfioIrq(msixVectors, Message));
        AddIrq(new VfioIrq(1, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD));
        Request = AddIrq(new VfioIrq(1, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD));
    }

    public PciConfigSpace Config { get; }

    public VfioIrq Intx { get; }

    public VfioIrq Msi { get; }

    public VfioIrq Msix { get; }

    /// <summary>True when the user allowed the function to reach memory.</summary>
    public bool IsBusMaster => (Config.Command & PCI_COMMAND_MASTER) != 0;

    private VfioIrq Request { get; }

    protected override void OnRequest() => Request.Raise();
}
