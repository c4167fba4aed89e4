using VfioMigration.Uapi;

namespace VfioMigration.Sdk.Aggregation;

/// <summary>A mediated device that may be several instances of its type; a driver keeps it as the device's <c>DriverData</c>.</summary>
public interface IAggregatedDevice
{
    /// <summary>Instances it is made of now, at least 1.</summary>
    int AggregatedInstances { get; }

    /// <summary>The most it could be made of; changes with what is left of the parent.</summary>
    int MaxAggregation { get; }

    /// <summary>Sets the number of instances. EINVAL: 0 or beyond the maximum; EBUSY: the device is in use; ENOSPC: the parent has no more.</summary>
    Errno Aggregate(int instances);
}
