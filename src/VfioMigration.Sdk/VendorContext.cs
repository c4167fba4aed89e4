using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Mdev;
using VfioMigration.Sysfs;
using VfioMigration.Vfio;

namespace VfioMigration.Sdk;

/// <summary>What a host gives to a vendor driver.</summary>
/// <param name="Name">The module's name in the host's configuration.</param>
/// <param name="Core">The device tree, its kernel log and its clock.</param>
/// <param name="Mdev">Where parents of mediated devices are registered.</param>
/// <param name="Pci">Physical PCI functions.</param>
/// <param name="Css">s390 subchannels.</param>
/// <param name="Vfio">Where devices become drivable.</param>
/// <param name="Options">The driver's own configuration.</param>
public sealed record VendorContext(
    string Name,
    DriverCore Core,
    MdevBus Mdev,
    PciBus Pci,
    CssBus Css,
    VfioCore Vfio,
    VendorOptions Options);
