namespace VfioMigration.Sysfs.Guards;

/// <summary>
/// What is called of a vendor driver, by the limit that it has: the rows of the table in docs/architecture.md and of <c>vendor_timeout</c> in the configuration.
/// </summary>
public enum VendorCall
{
    /// <summary>Show and store of an attribute. No limit, interruptible, and not in the device's turn.</summary>
    Attribute,

    /// <summary>Probe of a device, open by its first user, and init of a module.</summary>
    Probe,

    /// <summary>Remove of a device, close by its last user, and exit of a module.</summary>
    Remove,

    /// <summary>One arc of the migration state machine.</summary>
    Step,

    /// <summary>One read or write of a migration data stream.</summary>
    Stream,

    /// <summary>The verdict about a version string.</summary>
    Judge,

    /// <summary>The properties of a driver, its types and its devices.</summary>
    Describe,

    /// <summary>Bytes that a stream has or would have.</summary>
    Size,

    /// <summary>VFIO_DEVICE_RESET.</summary>
    Reset,

    /// <summary>pread or pwrite of a region.</summary>
    RegionAccess,

    /// <summary>The request to the user to let a device go.</summary>
    Irq,

    /// <summary>The program of a simulated guest.</summary>
    Workload,

    /// <summary>The bytes of device memory that a guest checks.</summary>
    ShadowContents,
}
