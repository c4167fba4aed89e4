namespace VfioMigration.Buses.Pci;

/// <summary>
/// Which functions a driver claims (<c>struct pci_device_id</c>). Ids that are null match any; of the 24-bit class the bits of the mask must be equal.
/// </summary>
internal readonly record struct PciDeviceId(uint? Vendor, uint? Device, uint? SubsystemVendor = null, uint? SubsystemDevice = null, uint Class = 0, uint ClassMask = 0)
{
    /// <summary>pci_match_one_device.</summary>
    internal bool Matches(uint vendor, uint device, uint subsystemVendor, uint subsystemDevice, uint deviceClass) =>
        (Vendor is null || Vendor == vendor)
        && (Device is null || Device == device)
        && (SubsystemVendor is null || SubsystemVendor == subsystemVendor)
        && (SubsystemDevice is null || SubsystemDevice == subsystemDevice)
        && ((Class ^ deviceClass) & ClassMask) == 0;

    internal bool Matches(PciIds ids) => Matches(ids.Vendor, ids.Device, ids.SubsystemVendor, ids.SubsystemDevice, ids.Class);
}
