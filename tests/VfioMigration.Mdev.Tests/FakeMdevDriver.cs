using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Mdev.Tests;

/// <summary>
/// A driver as small as mdpy or mtty: with <c>ports</c> it counts them itself and refuses in its probe, without it leaves counting
/// two devices to the core.
/// </summary>
internal sealed class FakeMdevDriver(MdevBus bus, VfioCore vfio, KernelModule module, string name, int? ports)
    : MdevDriver(bus, module, name)
{
    private readonly Lock gate = new();
    private int free = ports ?? 0;

    internal Func<MdevDevice, Errno> OnProbe { get; set; } = _ => Errno.None;

    internal string? Description { get; set; }

    internal bool TakesParameters { get; set; }

    public override string DeviceApi => "vfio-pci";

    public override bool TakesCreationParameters => TakesParameters;

    public override int MaxInstances => 2;

    public override int? GetAvailable(MdevType type)
    {
        lock (gate)
        {
            return ports is null ? null : free / PortsOf(type);
        }
    }

    public override string? Describe(MdevType type) => Description;

    protected override Errno Probe(MdevDevice device)
    {
        Errno error = OnProbe(device);
        if (error != Errno.None || !TryTake(PortsOf(device.Type)))
        {
            return error == Errno.None ? Errno.ENOSPC : error;
        }

        var registered = new VfioDevice(device);
        device.DriverData = registered;
        return vfio.RegisterEmulatedIommuDevice(registered);
    }

    protected override void Remove(MdevDevice device)
    {
        vfio.Unregister((VfioDevice)device.DriverData!);
        TryTake(-PortsOf(device.Type));
    }

    /// <summary>Type 1 has one port, type 2 two.</summary>
    private static int PortsOf(MdevType type) => int.Parse(type.Definition.SysfsName);

    private bool TryTake(int wanted)
    {
        lock (gate)
        {
            if (ports is not null && free < wanted)
            {
                return false;
            }

            free -= wanted;
            return true;
        }
    }
}
