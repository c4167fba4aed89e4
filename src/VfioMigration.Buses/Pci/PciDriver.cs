using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Buses.Pci;

/// <summary>A driver of PCI functions (<c>struct pci_driver</c>).</summary>
public abstract class PciDriver(PciBus bus, KernelModule module, string name) : DeviceDriver(bus, module, name)
{
    private readonly PciDynamicIds dynamicIds = new();

    /// <summary>
    /// The vendor and device ids the driver claims; empty for one that is bound by <c>driver_override</c> and by ids of <c>new_id</c> only.
    /// </summary>
    public virtual IReadOnlyList<(ushort Vendor, ushort Device)> IdTable => [];

    /// <summary>pci_match_device: an override decides alone, else the ids of <c>new_id</c>, else the table.</summary>
    public override bool Matches(Device device) =>
        device is PciDevice pci
        && (pci.DriverOverride is { } only ? only == Name : dynamicIds.Match(pci.Ids) || IdTable.Contains((pci.Ids.Vendor, pci.Ids.Device)));

    protected abstract Errno Probe(PciDevice device);

    protected abstract void Remove(PciDevice device);

    protected sealed override Errno Probe(Device device) => Probe((PciDevice)device);

    protected sealed override void Remove(Device device) => Remove((PciDevice)device);

    /// <summary>new_id_store: takes the ids over, then binds every free function they match.</summary>
    internal Errno AddId(ReadOnlySpan<byte> text)
    {
        // The driver's own code, asked before the lock of the ids is taken.
        IReadOnlyList<(ushort Vendor, ushort Device)> table = Module.Guard.Call(
            Sysfs.Guards.VendorCall.Describe,
            this,
            static driver => (Result<IReadOnlyList<(ushort, ushort)>>)new List<(ushort, ushort)>(driver.IdTable)).Result.TryGet(out IReadOnlyList<(ushort, ushort)> known) ? known : [];
        Errno error = dynamicIds.Add(text, id => table.Any(own => PciDynamicIds.Covers(new PciDeviceId(own.Vendor, own.Device), id)));
        if (error == Errno.None)
        {
            ((PciBus)Bus).Attach(this);
        }

        return error;
    }

    /// <summary>remove_id_store; what is bound stays bound.</summary>
    internal Errno RemoveId(ReadOnlySpan<byte> text) => dynamicIds.Remove(text);
}
