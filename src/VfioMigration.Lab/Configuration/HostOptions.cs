using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs.Guards;

namespace VfioMigration.Lab.Configuration;

/// <summary>One simulated host.</summary>
/// <param name="Name">Letters, digits, '-', '_' and '.'; becomes a directory name.</param>
/// <param name="Pci">Physical functions.</param>
/// <param name="Subchannels">s390 subchannels by id.</param>
/// <param name="Drivers">Loaded in this order at boot.</param>
/// <param name="Compatibility">The dialects in which compatibility is shown; null for <c>migration_version</c> alone.</param>
/// <param name="VendorTimeouts">Limits of calls into drivers; null for the default ones.</param>
/// <param name="Kernel">Its kernel; null for the default one.</param>
public sealed record HostOptions(
    string Name,
    IReadOnlyList<(PciAddress Address, PciIds Ids)> Pci,
    IReadOnlyList<(string Id, SubchannelDescription Description)> Subchannels,
    IReadOnlyList<DriverOptions> Drivers,
    IReadOnlyList<string>? Compatibility = null,
    VendorTimeouts? VendorTimeouts = null,
    KernelOptions? Kernel = null);
