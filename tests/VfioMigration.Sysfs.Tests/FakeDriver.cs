using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests;

/// <summary>A driver whose methods are given from outside.</summary>
internal sealed class FakeDriver(DeviceBus bus, KernelModule module, string name = "fake") : DeviceDriver(bus, module, name)
{
    internal Func<Device, Errno> OnProbe { get; set; } = _ => Errno.None;

    internal Action<Device> OnRemove { get; set; } = _ => { };

    internal Func<Device, bool> OnMatches { get; set; } = _ => true;

    internal IReadOnlyList<AttributeGroup> Groups { get; init; } = [];

    public override IReadOnlyList<AttributeGroup> DeviceGroups => Groups;

    public override bool Matches(Device device) => OnMatches(device);

    protected override Errno Probe(Device device) => OnProbe(device);

    protected override void Remove(Device device) => OnRemove(device);
}
