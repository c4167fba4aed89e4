using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>Counts the video memory of all devices together; one that does not fit is refused with ENOSPC by its probe.</summary>
internal sealed class MbochsDriver(VendorContext context, KernelModule module, int maxMegabytes) : MdevDriver(context.Mdev, module, "mbochs")
{
    private readonly Lock gate = new();
    private int freeMegabytes = maxMegabytes;

    public override string DeviceApi => "vfio-pci";

    public override IReadOnlyList<AttributeGroup> DeviceGroups => MbochsAttributes.Groups;

    public override int? GetAvailable(MdevType type) => Volatile.Read(ref freeMegabytes) / MegabytesOf(type);

    public override string Describe(MdevType type) => $"virtual display, {MegabytesOf(type)} MB video memory\n";

    protected override Errno Probe(MdevDevice device)
    {
        int wanted = MegabytesOf(device.Type);
        lock (gate)
        {
            if (freeMegabytes < wanted)
            {
                return Errno.ENOSPC;
            }

            freeMegabytes -= wanted;
        }

        Result<VfioDevice> registered = context.Vfio.RegisterEmulatedIommuDevice(device);
        if (!registered.TryGet(out VfioDevice vfio))
        {
            GiveBack(wanted);
            return registered.Error;
        }

        device.DriverData = vfio;
        return Errno.None;
    }

    protected override void Remove(MdevDevice device)
    {
        context.Vfio.Unregister((VfioDevice)device.DriverData!);
        GiveBack(MegabytesOf(device.Type));
    }

    private static int MegabytesOf(MdevType type) => ((MbochsType)type.Definition).Megabytes;

    private void GiveBack(int megabytes)
    {
        lock (gate)
        {
            freeMegabytes += megabytes;
        }
    }
}
