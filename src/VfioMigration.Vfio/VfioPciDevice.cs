using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio;

/// <summary>
/// A device that looks like a PCI function: nine fixed regions and five fixed interrupts (<c>vfio_pci_core.c</c>). The BARs are absent
/// until the driver adds them.
/// </summary>
public class VfioPciDevice : VfioDevice
{
    private const ushort PCI_COMMAND_MASTER = 0x4;

    /// <param name="device">The device of the bus that this one stands on.</param>
    /// <param name="config">Its configuration space.</param>
    /// <param name="msiVectors">Vectors of MSI, 0 for none.</param>
    /// <param name="msixVectors">Vectors of MSI-X, 0 for none.</param>
    /// <param name="advertisesReset">False leaves VFIO_DEVICE_FLAGS_RESET out, as mtty does, although reset works.</param>
    /// <param name="configRegionSize">The size of the configuration space in GET_REGION_INFO.</param>
    public VfioPciDevice(
        Device device,
        PciConfigSpace config,
        int msiVectors = 0,
        int msixVectors = 0,
        bool advertisesReset = true,
        ulong configRegionSize = PciConfigSpace.Size)
        : base(device, VfioDeviceFlags.VFIO_DEVICE_FLAGS_PCI | (advertisesReset ? VfioDeviceFlags.VFIO_DEVICE_FLAGS_RESET : VfioDeviceFlags.None))
    {
        Config = config;
        for (int index = 0; index < VfioPciIndex.VFIO_PCI_NUM_REGIONS; index++)
        {
            AddRegion(index == VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX ? new PciConfigRegion(config, configRegionSize) : new AbsentRegion());
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

    /// <summary>Whose operations a function bound to vfio-pci has; null for the default ones, and for other devices.</summary>
    public IVfioPciVendor? Vendor { get; internal set; }

    public VfioIrq Intx { get; }

    public VfioIrq Msi { get; }

    public VfioIrq Msix { get; }

    /// <summary>True for a function that vfio-pci, or a device that wraps one, gives to its users.</summary>
    internal bool IsFunction { get; set; }

    private protected override bool IsResetAroundUse => IsFunction;

    private protected override void StopDma() => Config.ClearMaster();

    /// <summary>True when the user allowed the function to reach memory.</summary>
    public bool IsBusMaster => (Config.Command & PCI_COMMAND_MASTER) != 0;

    private VfioIrq Request { get; }

    private int IrqStateSize => Intx.Count + Msi.Count + Msix.Count;

    /// <summary>Makes a region a BAR.</summary>
    protected void AddBar(int index, VfioRegion region) => ReplaceRegion(index, region);

    protected override void OnRequest() => Request.Raise();

    /// <summary>Writes the configuration space and the masked and pending interrupts.</summary>
    protected void SavePciState(StateWriter writer)
    {
        Span<byte> bytes = stackalloc byte[PciConfigSpace.Size];
        Config.Read(0, bytes);
        writer.Write(bytes);
        byte[] irqs = new byte[IrqStateSize];
        Intx.Save(irqs);
        Msi.Save(irqs.AsSpan(Intx.Count));
        Msix.Save(irqs.AsSpan(Intx.Count + Msi.Count));
        writer.Write(irqs);
    }

    /// <summary>Reads what <see cref="SavePciState"/> wrote, without using it yet.</summary>
    protected ReadOnlySpan<byte> ReadPciState(ref StateReader reader) => reader.ReadBytes(PciConfigSpace.Size + IrqStateSize);

    /// <summary>Takes over what was read. False, and nothing is changed, when the configuration space is another function's.</summary>
    protected bool TryLoadPciState(ReadOnlySpan<byte> state)
    {
        if (state.Length != PciConfigSpace.Size + IrqStateSize || !Config.TryLoad(state[..PciConfigSpace.Size]))
        {
            return false;
        }

        ReadOnlySpan<byte> irqs = state[PciConfigSpace.Size..];
        Intx.Load(irqs[..Intx.Count]);
        Msi.Load(irqs.Slice(Intx.Count, Msi.Count));
        Msix.Load(irqs[(Intx.Count + Msi.Count)..]);
        return true;
    }
}
