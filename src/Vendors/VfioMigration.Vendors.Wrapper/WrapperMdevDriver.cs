using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Wrapper;

/// <summary>
/// One device per function; the core counts it, so a second one is EUSERS. ENODEV while no vendor has operations for the function: around one that
/// is only passed through there is nothing to wrap.
/// </summary>
internal sealed class WrapperMdevDriver(VendorContext context, KernelModule module) : MdevDriver(context.Mdev, module, "wrapper_mdev")
{
    public override string DeviceApi => "vfio-pci";

    public override int MaxInstances => 1;

    protected override Errno Probe(MdevDevice device)
    {
        if (!context.Vfio.PciVendors.Create(((WrapperType)device.Type.Definition).Function, device).TryGet(out VfioPciDevice wrapped, out Errno failure))
        {
            return failure;
        }

        if (wrapped.Vendor is null)
        {
            return Errno.ENODEV;
        }

        device.DriverData = wrapped;
        return context.Vfio.RegisterEmulatedIommuDevice(wrapped);
    }

    protected override void Remove(MdevDevice device) => context.Vfio.Unregister((VfioDevice)device.DriverData!);
}
