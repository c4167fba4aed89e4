using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Mdev.Tests;

/// <summary>A class, a virtual device and a parent with the types 1 and 2, made in the order of samples/vfio-mdev/mtty.c.</summary>
internal sealed class FakeParentModule(DriverCore core, MdevBus bus, VfioCore vfio, string name, int? ports) : ModuleCode
{
    private readonly DeviceClass deviceClass = new(core, name);

    internal FakeMdevDriver Driver { get; private set; } = null!;

    internal Device Device { get; private set; } = null!;

    internal MdevParent Parent { get; private set; } = null!;

    public override string Name => name;

    public override IReadOnlyList<string> Dependencies => [VfioModule.ModuleName, MdevModule.ModuleName];

    protected override Errno Init(KernelModule module)
    {
        Driver = new FakeMdevDriver(bus, vfio, module, name, ports);
        bus.RegisterDriver(Driver);
        deviceClass.Register();
        Device = new Device(core, name) { Class = deviceClass };
        Device.Add();
        Parent = bus.RegisterParent(Device, Driver, [new("1", "Single port serial"), new("2")]).Value;
        return Errno.None;
    }

    protected override void Exit(KernelModule module)
    {
        bus.UnregisterParent(Parent);
        Device.Delete();
        bus.UnregisterDriver(Driver);
        deviceClass.Unregister();
    }
}
