namespace VfioMigration.Control.Requests;

/// <summary>The fields of every request that sends a device.</summary>
public interface IOutgoingMigration
{
    /// <summary>The host of the device.</summary>
    string Host { get; }

    /// <summary>The VFIO device to migrate: a UUID or a PCI address.</summary>
    string Device { get; }

    /// <summary>Rounds of pre-copy after which the guest is stopped, 1 to 1,000,000; null for the default.</summary>
    int? MaxRounds { get; }

    /// <summary>The downtime target, in milliseconds; null for the default.</summary>
    int? DowntimeMilliseconds { get; }

    /// <summary>Limit while the guest runs; null or 0 for none.</summary>
    long? BytesPerSecond { get; }

    /// <summary>Skip the check of the target's <c>migration_version</c>.</summary>
    bool Unchecked { get; }
}
