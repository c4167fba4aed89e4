using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;

namespace VfioMigration.Vfio;

/// <summary>
/// A vendor's operations for functions bound to vfio-pci (proposed 2019 and 2020, not merged, R47; what became of it are the vfio-pci
/// variant drivers). The same operations serve a function that is wrapped into a mediated device of its own (R18, R54).
/// </summary>
public interface IVfioPciVendor
{
    /// <summary>The device behind a function, or null to leave the function to the default operations.</summary>
    /// <param name="function">The hardware.</param>
    /// <param name="node">Where user space finds it: the function itself, or the mediated device around it.</param>
    VfioPciDevice? Probe(PciDevice function, Device node);

    /// <summary>Files that the vendor's functions have besides those of the bus, while they are bound.</summary>
    IReadOnlyList<AttributeGroup> FunctionGroups => [];
}
