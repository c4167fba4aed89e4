using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Conformance.Tests;

/// <summary>A driver of one type whose judges a test gives.</summary>
internal sealed class BrokenDriver(
    VendorContext context,
    Func<MdevType, IMigrationCompatibility> ofType,
    Func<MdevDevice, IMigrationCompatibility> ofDevice) : VirtualParentModule(context)
{
    internal const string ModuleName = "broken";

    public override string Name => ModuleName;

    internal IReadOnlyList<TypeConfiguration> Configurations { get; init; } = [];

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; } = [new MdevTypeDefinition("1")];

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) => ofType(type);

    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => ofDevice(device);

    public override IReadOnlyList<TypeConfiguration> ConfigurationsOf(MdevType type) => Configurations;

    internal static DriverUnderTest With(Func<MdevType, IMigrationCompatibility> ofType, Func<MdevDevice, IMigrationCompatibility>? ofDevice = null) =>
        new(ModuleName, context => new BrokenDriver(context, ofType, ofDevice ?? (device => ofType(device.Type))));

    protected override MdevDriver CreateDriver(KernelModule module) => new Driver(Context, module);

    private sealed class Driver(VendorContext context, KernelModule module) : MdevDriver(context.Mdev, module, "broken_mdev")
    {
        public override string DeviceApi => "vfio-pci";

        public override int MaxInstances => 4;

        public override bool TakesCreationParameters => true;

        public override IReadOnlyList<AttributeGroup> DeviceGroups { get; } =
            [new AttributeGroup(SysfsAttribute<MdevDevice>.WriteOnly("speed", static (_, _) => Errno.None))];

        protected override Errno Probe(MdevDevice device) => Errno.None;

        protected override void Remove(MdevDevice device)
        {
        }
    }
}
