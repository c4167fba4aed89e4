using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Functions;
using VfioMigration.Sysfs;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Qat;

/// <summary>
/// Operations for virtual functions of a QuickAssist 4xxx that are bound to vfio-pci (the kernel's counterpart is <c>drivers/vfio/pci/qat</c>), with
/// the set of algorithms that a function offers (P1; proposed 2020, not merged). Options: see <see cref="QatOptions"/>.
/// </summary>
public sealed class QatModule : PciFunctionModule
{
    private readonly QatOptions options;

    public QatModule(VendorContext context)
        : base(context, "8086:4941") => options = QatOptions.Read(context.Options);

    public override string Name => "qat";

    public override IReadOnlyList<AttributeGroup> FunctionGroups => QatAttributes.Groups;

    public override VfioPciDevice? Probe(PciDevice function, Device node) => new QatDevice(function, node, options);

    public override IMigrationCompatibility? CompatibilityOf(PciDevice device) =>
        options.MigrationVersion && device.DriverData is QatDevice qat ? qat.Compatibility : null;
}
