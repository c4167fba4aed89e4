using System.Collections.Concurrent;

using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.External;

/// <summary>Devices of a program, which may refuse them.</summary>
internal sealed class ExternalDriver(VendorContext context, KernelModule module, ExternalProgram program, string name, MigrationPersonality migration)
    : MdevDriver(context.Mdev, module, name + "_mdev")
{
    private readonly ConcurrentDictionary<MdevType, int> used = new();

    public override string DeviceApi => "vfio-pci";

    public override int? GetAvailable(MdevType type) => ((ExternalType)type.Definition).MaxInstances - used.GetValueOrDefault(type);

    public override string? Describe(MdevType type) => ((ExternalType)type.Definition).Description is { } text ? text.TrimEnd('\n') + "\n" : null;

    protected override Errno Probe(MdevDevice device)
    {
        var type = (ExternalType)device.Type.Definition;
        if (used.AddOrUpdate(device.Type, 1, static (_, count) => count + 1) > type.MaxInstances)
        {
            Return(device.Type);
            return Errno.ENOSPC;
        }

        var body = new ExternalDevice(device, type, program, name, migration);
        device.DriverData = body;
        Errno error = program.Create(type.Name, device.Name);
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
