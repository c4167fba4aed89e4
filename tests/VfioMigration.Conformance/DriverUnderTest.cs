using VfioMigration.Buses.Css;
using VfioMigration.Buses.Pci;
using VfioMigration.Sdk;

namespace VfioMigration.Conformance;

/// <summary>A driver, and what it needs to show everything it can.</summary>
/// <param name="Name">The module's name.</param>
/// <param name="Create">Makes the driver, as its assembly's loader would.</param>
public sealed record DriverUnderTest(string Name, Func<VendorContext, VendorModule> Create)
{
    /// <summary>The driver's options.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Physical functions to plug in.</summary>
    public IReadOnlyList<(PciAddress Address, PciIds Ids)> Pci { get; init; } = [];

    /// <summary>Subchannels to plug in.</summary>
    public IReadOnlyList<(string Id, SubchannelDescription Description)> Subchannels { get; init; } = [];

    /// <summary>
    /// Drivers of the program that are loaded after it, such as <c>vfio_pci</c> for operations of a vendor. They are looked for in <c>drivers</c> beside the
    /// tests, where importing <c>src/Vendors/VendorDrivers.targets</c> puts them.
    /// </summary>
    public IReadOnlyList<(string Name, IReadOnlyDictionary<string, string> Options)> LoadAfter { get; init; } = [];

    /// <summary>Writes that change what a device is, path below the device and value: each must change the version string (R32).</summary>
    public IReadOnlyList<(string File, string Value)> Configurations { get; init; } = [];

    /// <summary>Strings of other drivers; those of the drivers that come with the program are always among them.</summary>
    public IReadOnlyList<string> ForeignStrings { get; init; } = [];
}
