using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio;

/// <summary>
/// A device that looks like a PCI function: nine fixed regions and five fixed interrupts (<c>vfio_pci_core.c</c>). The BARs are absent
/// until the driver adds them.
/// </summary>
public partial class VfioPciDevice : VfioDevice
{
    private const ushort PCI_COMMAND_MASTER = 0x4;

    /// <param name="device">The device of the bus that this one stands on.</param>
    /// <param name="config">Its configuration space.</param>
    /// <param name="layout">How it describes itself; null for the default.</param>
    public VfioPciDevice(Device device, PciConfigSpace config, VfioPciLayout? layout = null)
        : base(device, VfioDeviceFlags.VFIO_DEVICE_FLAGS_PCI | (layout?.AdvertisesReset == false ? VfioDeviceFlags.None : VfioDeviceFlags.VFIO_DEVICE_FLAGS_RESET))
    {
        layout ??= new VfioPciLayout();
        Config = config;
        NoRegion = layout.AbsentRegionErrno;
        RegionOffsets = layout.RegionOffsets;
        hasErrorAndRequest = layout.HasErrorAndRequest;
        hasInterrupts = layout.HasInterrupts;
        for (int index = 0; index < VfioPciIndex.VFIO_PCI_NUM_REGIONS; index++)
        {
            AddRegion(index == VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX
                ? new PciConfigRegion(config, layout.ConfigRegionSize)
                : new AbsentRegion(layout.AbsentRegionFlags, layout.AbsentRegionErrno));
        }

        Array.ForEach(layout.MakeIrqs(), irq => AddIrq(irq));
    }

    public PciConfigSpace Config { get; }

    /// <summary>Whose operations a function bound to vfio-pci has; null for the default ones, and for other devices.</summary>
    public IVfioPciVendor? Vendor { get; internal set; }

    public VfioIrq Intx => Irqs[VfioPciIndex.VFIO_PCI_INTX_IRQ_INDEX];

    public VfioIrq Msi => Irqs[VfioPciIndex.VFIO_PCI_MSI_IRQ_INDEX];

    public VfioIrq Msix => Irqs[VfioPciIndex.VFIO_PCI_MSIX_IRQ_INDEX];

    /// <summary>True for a function that vfio-pci, or a device that wraps one, gives to its users.</summary>
    public bool IsFunction { get; internal set; }

    private protected override bool IsResetAroundUse => IsFunction;

    private protected override void StopDma() => Config.ClearMaster();

    /// <summary>True when the user allowed the function to reach memory.</summary>
    public bool IsBusMaster => (Config.Command & PCI_COMMAND_MASTER) != 0;

    private volatile bool isInLowPower;

    /// <summary>The user puts the function to sleep. EINVAL while it sleeps (vfio_pci_runtime_pm_entry).</summary>
    internal Errno EnterLowPower()
    {
        Errno error = isInLowPower ? Errno.EINVAL : Errno.None;
        isInLowPower = true;
        return error;
    }

    internal void ExitLowPower() => isInLowPower = false;

    private VfioIrq Request => Irqs[VfioPciIndex.VFIO_PCI_REQ_IRQ_INDEX];

    private int IrqStateSize => Intx.Count + Msi.Count + Msix.Count;

    /// <summary>Makes a region a BAR.</summary>
    protected void AddBar(int index, VfioRegion region) => ReplaceRegion(index, region);

    protected override void OnRequest()
    {
        if (Request.Count > 0)
        {
            Request.Raise();
        }
    }

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
