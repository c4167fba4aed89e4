using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// A virtual GPU. Its device memory stands for the contexts and page tables that really move: a sixteenth of its mappable graphics memory.
/// </summary>
/// <param name="device">The device of the bus.</param>
/// <param name="id">Number on its physical GPU, from 1.</param>
/// <param name="type">Its slice.</param>
/// <param name="personality">How it is migrated.</param>
internal sealed class GvtDevice(Device device, int id, GvtType type, MigrationPersonality personality)
    : DisplayDevice(device, IdsOf(type), type.LowMegabytes << 16, MmioRegisters, $"i915 {type.SysfsName} {type.Graphics.Ids}", personality)
{
    private const int MmioRegisters = 256;

    /// <summary>Number on its physical GPU, from 1.</summary>
    internal int Id { get; } = id;

    private static PciIds IdsOf(GvtType type) => type.Graphics.Ids;
}
