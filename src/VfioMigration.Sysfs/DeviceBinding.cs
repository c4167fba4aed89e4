namespace VfioMigration.Sysfs;

/// <summary>How far a device is with its driver. Changes only under the device's lock; waiting for a change is allowed.</summary>
internal enum DeviceBinding
{
    /// <summary>Not in the tree.</summary>
    Absent,
    Unbound,

    /// <summary>The driver's probe runs.</summary>
    Binding,
    Bound,

    /// <summary>The driver's remove runs.</summary>
    Unbinding,
}
