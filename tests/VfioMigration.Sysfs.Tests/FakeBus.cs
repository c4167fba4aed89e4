using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

/// <summary>A registered bus named <c>fake</c> with a module to hang drivers on.</summary>
internal sealed class FakeBus : DeviceBus
{
    private readonly DriverCore core;

    internal FakeBus(DriverCore core)
        : base(core, "fake")
    {
        this.core = core;
        Assert.Equal(Errno.None, Register());
        Module = new KernelModule(core, "fake_module", new FakeModule("fake_module"));
        Assert.Equal(Errno.None, Module.AddToTree());
    }

    internal KernelModule Module { get; }

    internal IReadOnlyList<AttributeGroup> Groups { get; init; } = [];

    public override IReadOnlyList<AttributeGroup> DeviceGroups => Groups;

    internal Device NewDevice(string name = "dev0") => new(core, name) { Bus = this };

    internal Device AddNew(string name = "dev0")
    {
        Device device = NewDevice(name);
        Assert.Equal(Errno.None, device.Add());
        return device;
    }
}
