namespace VfioMigration.Compatibility.Descriptions;

/// <summary>Fields whose names and meaning the proposals of 2020 agreed on (R37 to R44); all others are the vendor's.</summary>
public static class FieldNames
{
    /// <summary><c>vfio-pci</c>, <c>vfio-ccw</c>, <c>vfio-ap</c>, ... (R38).</summary>
    public const string DeviceApi = "device_api";

    /// <summary>The signature of the hardware's capability, without the driver's name (R39).</summary>
    public const string MdevType = "mdev_type";

    /// <summary><c>major.minor[.bugfix]</c> (R37).</summary>
    public const string SoftwareVersion = "software_version";

    /// <summary><c>vvvv-dddd</c> of the physical function or of the parent (R40).</summary>
    public const string PciId = "pci_id";

    /// <summary>How many instances of the type the device is made of (R41).</summary>
    public const string Aggregator = "aggregator";

    /// <summary>Where a local device keeps its data (R42).</summary>
    public const string RemoteUrl = "remote_url";

    /// <summary>R44.</summary>
    public const string SubchannelType = "subchannel_type";

    /// <summary>R44.</summary>
    public const string ChpidType = "chpid_type";

    /// <summary>R44; differs between machines, so it counts only where configured.</summary>
    public const string ChpidMask = "chpid_mask";
}
