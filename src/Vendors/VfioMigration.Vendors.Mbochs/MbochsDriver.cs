using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mbochs;

/// <summary>Counts the video memory of all devices together; one that does not fit is refused with ENOSPC by its probe.</summary>
internal sealed class MbochsDriver(VendorContext context, KernelModule module, int maxMegabytes, MigrationPersonality migration)
    : MdevDriver(context.Mdev, module, "mbochs")
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

        var display = new MbochsDevice(device, (MbochsType)device.Type.Definition, migration);
        device.DriverData = display;
        Errno error = context.Vfio.RegisterEmulatedIommuDevice(display);
        if (error != Errno.None)
        {
            GiveBack(wanted);
        }

        return error;
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
