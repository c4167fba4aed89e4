namespace VfioMigration.Control.Requests;

/// <summary>What every request that sends a device away says.</summary>
public interface IOutgoingMigration
{
    /// <summary>The host of the device.</summary>
    string Host { get; }

    /// <summary>The VFIO device that shall move: a UUID or a PCI address.</summary>
    string Device { get; }

    /// <summary>Rounds of pre-copy after which the guest is stopped, 1 to 1,000,000; null for the default.</summary>
    int? MaxRounds { get; }

    /// <summary>Stop the guest as soon as the rest is expected to take no longer, in milliseconds; null for the default.</summary>
    int? DowntimeMilliseconds { get; }

    /// <summary>Limit while the guest runs; null or 0 for none.</summary>
    long? BytesPerSecond { get; }

    /// <summary>Do not ask the target's <c>migration_version</c> whether it takes the state.</summary>
    bool Unchecked { get; }
}
