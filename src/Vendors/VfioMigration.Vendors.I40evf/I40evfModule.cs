using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Sdk;
using VfioMigration.Sdk.Functions;
using VfioMigration.Sysfs;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.I40evf;

/// <summary>
/// Operations for the virtual functions of an XL710 that are bound to vfio-pci (the series of 2019 and 2020, never merged, R47 to R56). Options: see
/// <see cref="I40evfOptions"/>.
/// </summary>
public sealed class I40evfModule : PciFunctionModule
{
    private readonly I40evfOptions options;

    public I40evfModule(VendorContext context)
        : base(context, "8086:154c") => options = I40evfOptions.Read(context.Options);

    public override string Name => "i40evf";

    /// <summary>Passed through, a function has the default operations, and is this module's all the same (R55).</summary>
    public override VfioPciDevice? Probe(PciDevice function, Device node) =>
        options.IsPassthrough ? new VfioPciDevice(node, function.Config) : new I40evfDevice(function, node, options);

    public override IMigrationCompatibility? CompatibilityOf(PciDevice device) => I40evfCompatibility.Of(device, options);
}
