using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace Acme;

internal sealed class AcmeDriver(VendorContext context, KernelModule module, SoftwareVersion software, MigrationPersonality migration)
    : MdevDriver(context.Mdev, module, "acme")
{
    private const int QuartersOfACard = 4;

    private int free = QuartersOfACard;

    public override string DeviceApi => "vfio-pci";

    public override int? GetAvailable(MdevType type) => Math.Max(0, Volatile.Read(ref free)) / QuartersOf(type);

    public override IReadOnlyList<AttributeGroup> DeviceGroups { get; } =
    [
        new AttributeGroup(
            "vendor",
            SysfsAttribute<MdevDevice>.ReadOnly("quarters", static (device, page) => SysfsText.Line(page, QuartersOf(device.Type)))),
    ];

    protected override Errno Probe(MdevDevice device)
    {
        int wanted = QuartersOf(device.Type);
        if (Interlocked.Add(ref free, -wanted) < 0)
        {
            Interlocked.Add(ref free, wanted);
            return Errno.ENOSPC;
        }

        var card = new AcmeDevice(device, wanted, software, migration);
        device.DriverData = card;
        Errno error = context.Vfio.RegisterEmulatedIommuDevice(card);
        if (error != Errno.None)
        {
            Interlocked.Add(ref free, wanted);
        }

        return error;
    }

    protected override void Remove(MdevDevice device)
    {
        context.Vfio.Unregister((AcmeDevice)device.DriverData!);
        Interlocked.Add(ref free, QuartersOf(device.Type));
    }

    private static int QuartersOf(MdevType type) => ((AcmeType)type.Definition).Quarters;
}
