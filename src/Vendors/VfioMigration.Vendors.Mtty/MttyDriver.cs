using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mtty;

/// <summary>Counts 24 ports for all types together; a device that does not fit is refused with ENOSPC by its probe.</summary>
internal sealed class MttyDriver(VendorContext context, KernelModule module, MigrationPersonality migration)
    : MdevDriver(context.Mdev, module, "mtty")
{
    private const int MaxPorts = 24;
    private int freePorts = MaxPorts;

    public override string DeviceApi => "vfio-pci";

    public override IReadOnlyList<AttributeGroup> DeviceGroups => MttyAttributes.Groups;

    public override int? GetAvailable(MdevType type) => Volatile.Read(ref freePorts) / PortsOf(type);

    protected override Errno Probe(MdevDevice device)
    {
        int ports = PortsOf(device.Type);
        if (!TryTakePorts(ports))
        {
            return Errno.ENOSPC;
        }

        var card = new MttyDevice(device, (MttyType)device.Type.Definition, migration);
        device.DriverData = card;
        Errno error = context.Vfio.RegisterEmulatedIommuDevice(card);
        if (error != Errno.None)
        {
            Interlocked.Add(ref freePorts, ports);
        }

        return error;
    }

    protected override void Remove(MdevDevice device)
    {
        context.Vfio.Unregister((VfioDevice)device.DriverData!);
        Interlocked.Add(ref freePorts, PortsOf(device.Type));
    }

    private static int PortsOf(MdevType type) => ((MttyType)type.Definition).Ports;

    private bool TryTakePorts(int ports)
    {
        int seen = Volatile.Read(ref freePorts);
        while (seen >= ports)
        {
            int before = Interlocked.CompareExchange(ref freePorts, seen - ports, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }
}
