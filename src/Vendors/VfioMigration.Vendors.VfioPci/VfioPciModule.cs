using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sdk;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.VfioPci;

/// <summary>
/// vfio-pci for whole functions that are not divided (R5): only the device node has the attributes. Options: <c>ids</c>, comma-separated
/// <c>vvvv:dddd</c> that are bound without <c>driver_override</c> (default 8086:154c, an XL710 virtual function);
/// <c>software_version</c> (1.0); <c>migration_version</c> (true).
/// </summary>
public sealed class VfioPciModule : VendorModule
{
    private readonly bool migrationVersion;
    private readonly SoftwareVersion software;
    private readonly IReadOnlyList<(ushort Vendor, ushort Device)> ids;
    private VfioPciDriver? driver;

    public VfioPciModule(VendorContext context)
        : base(context)
    {
        migrationVersion = context.Options.GetFlag("migration_version", true);
        software = context.Options.GetSoftwareVersion("1.0");
        ids = context.Options.GetPciIds("ids", "8086:154c");
    }

    public override string Name => "vfio_pci";

    public override IReadOnlyList<string> Dependencies => [VfioMigration.Vfio.VfioModule.ModuleName];

    public override IMigrationCompatibility? CompatibilityOf(PciDevice device) =>
        migrationVersion ? VfioPciCompatibility.Of(device.Ids, software) : null;

    protected override Errno Init(KernelModule module)
    {
        driver = new VfioPciDriver(Context.Vfio, Context.Pci, module, ids);
        return Context.Pci.RegisterDriver(driver);
    }

    protected override void Exit(KernelModule module) => Context.Pci.UnregisterDriver(driver!);
}
