using System.Collections.Concurrent;

using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Hosting.Drivers.External;

/// <summary>Devices of a program: it may refuse them; behind them is a configuration space and nothing else.</summary>
internal sealed class ExternalDriver(VendorContext context, KernelModule module, ExternalProgram program, string name)
    : MdevDriver(context.Mdev, module, name + "_mdev")
{
    private static readonly PciIds NoIds = new(0x1AF4, 0x1100, 0, 0, 0xFF0000, 0);

    private readonly ConcurrentDictionary<MdevType, int> used = new();

    public override string DeviceApi => "vfio-pci";

    public override int? GetAvailable(MdevType type) => ((ExternalType)type.Definition).MaxInstances - used.GetValueOrDefault(type);

    public override string? Describe(MdevType type) => ((ExternalType)type.Definition).Description is { } text ? text.TrimEnd('\n') + "\n" : null;

    protected override Errno Probe(MdevDevice device)
    {
        int most = ((ExternalType)device.Type.Definition).MaxInstances;
        if (used.AddOrUpdate(device.Type, 1, static (_, count) => count + 1) > most)
        {
            Return(device.Type);
            return Errno.ENOSPC;
        }

        var body = new VfioPciDevice(device, new PciConfigSpace(NoIds));
        device.DriverData = body;
        Errno error = program.Create(((ExternalType)device.Type.Definition).Name, device.Name);
        error = error == Errno.None ? context.Vfio.RegisterEmulatedIommuDevice(body) : error;
        if (error != Errno.None)
        {
            program.Remove(device.Name);
            Return(device.Type);
        }

        return error;
    }

    protected override void Remove(MdevDevice device)
    {
        context.Vfio.Unregister((VfioDevice)device.DriverData!);
        program.Remove(device.Name);
        Return(device.Type);
    }

    private void Return(MdevType type) => used.AddOrUpdate(type, 0, static (_, count) => count - 1);
}
