using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;

namespace VfioMigration.TestDrivers.Faulty;

/// <summary>A driver that misbehaves on demand, for tests of everything around it.</summary>
public sealed class FaultyModule(VendorContext context) : VirtualParentModule(context)
{
    private readonly FaultyCompatibility compatibility = new();

    public override string Name => "faulty";

    protected override IReadOnlyList<MdevTypeDefinition> Types { get; } = [new("1")];

    public override IMigrationCompatibility? CompatibilityOf(MdevType type) => compatibility;

    /// <summary>By the beginning of their names some devices contradict their type.</summary>
    public override IMigrationCompatibility? CompatibilityOf(MdevDevice device) => device.Name[..8] switch
    {
        "0a000001" => new FaultyCompatibility("faulty-2", "faulty-2"),
        "0a000002" => new FaultyCompatibility(accepted: "nothing"),
        "0a000003" => new FaultyCompatibility(null),
        _ => compatibility,
    };

    protected override MdevDriver CreateDriver(KernelModule module) => new FaultyDriver(Context, module);
}
