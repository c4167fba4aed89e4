using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.VfioPci;

/// <summary>
/// Holds a function for user space. A vendor that registered for its ids gives the device behind it; without one the function is
/// passed through, which here means a configuration space and nothing behind the BARs.
/// </summary>
internal sealed class VfioPciDriver(VfioCore vfio, PciBus bus, KernelModule module, IReadOnlyList<(ushort Vendor, ushort Device)> ids)
    : PciDriver(bus, module, "vfio-pci")
{
    public override IReadOnlyList<(ushort Vendor, ushort Device)> IdTable => ids;

    protected override Errno Probe(PciDevice device)
    {
        if (!vfio.PciVendors.Create(device, device).TryGet(out VfioPciDevice function, out Errno failure))
        {
            return failure;
        }

        device.DriverData = function;
        Errno error = device.AddManagedGroups(function.Vendor?.FunctionGroups ?? []);
        return error == Errno.None ? vfio.RegisterGroupDevice(function) : error;
    }

    protected override void Remove(PciDevice device) => vfio.Unregister((VfioPciDevice)device.DriverData!);
}
