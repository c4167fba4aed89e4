using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility;
using VfioMigration.Mdev;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Vfio;

namespace VfioMigration.Sdk;

/// <summary>
/// A vendor driver. An assembly in the drivers folder contains exactly one public class derived from this, with one public constructor
/// that takes a <see cref="VendorContext"/>. The constructor reads the options; <c>Init</c> registers with the buses, <c>Exit</c>
/// undoes that.
/// </summary>
public abstract class VendorModule(VendorContext context) : ModuleCode
{
    public override IReadOnlyList<string> Dependencies => [VfioModule.ModuleName, MdevModule.ModuleName];

    protected VendorContext Context { get; } = context;

    /// <summary>The compatibility of a type of this driver, before any device exists; null leaves the attributes out (R1).</summary>
    public virtual IMigrationCompatibility? CompatibilityOf(MdevType type) => null;

    /// <summary>The ways to create a device of the type with parameters, for planning; none where the driver takes none.</summary>
    public virtual IReadOnlyList<TypeConfiguration> ConfigurationsOf(MdevType type) => [];

    /// <summary>The compatibility of a bound mediated device; null leaves the attributes out.</summary>
    public virtual IMigrationCompatibility? CompatibilityOf(MdevDevice device) => null;

    /// <summary>The compatibility of a bound physical function; null leaves the attributes out (R5).</summary>
    public virtual IMigrationCompatibility? CompatibilityOf(PciDevice device) => null;
}
