using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;

namespace VfioMigration.Vfio.Pci;

/// <summary>
/// A vendor's operations for functions bound to vfio-pci (proposed 2019 and 2020, not merged, R47; what became of it are the vfio-pci
/// variant drivers).
/// </summary>
public interface IVfioPciVendor
{
    /// <summary>The device behind a function, or null to leave the function to the default operations.</summary>
    VfioPciDevice? Probe(PciDevice function);

    /// <summary>Files that the vendor's functions have besides those of the bus, while they are bound.</summary>
    IReadOnlyList<AttributeGroup> FunctionGroups => [];
}
