using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Functions;
using VfioMigration.Sysfs;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Nvme;

/// <summary>
/// Operations for NVMe virtual functions that are bound to vfio-pci, with a remote side that may hold their data (R23, R42; proposed 2020, not
/// merged). Options: see <see cref="NvmeOptions"/>.
/// </summary>
public sealed class NvmeModule : PciFunctionModule
{
    private readonly NvmeOptions options;

    public NvmeModule(VendorContext context)
        : base(context, "1b36:0010") => options = NvmeOptions.Read(context.Options);

    public override string Name => "nvme";

    public override IReadOnlyList<AttributeGroup> FunctionGroups => NvmeAttributes.Groups;

    public override VfioPciDevice? Probe(PciDevice function, Device node) => new NvmeDevice(function, node, options);

    public override IMigrationCompatibility? CompatibilityOf(PciDevice device) =>
        options.MigrationVersion && device.DriverData is NvmeDevice nvme ? NvmeCompatibility.Of(nvme, options) : null;
}
