namespace VfioMigration.Vmm.Guests;

/// <summary>What a guest is doing. Of the two ends of a migration exactly one is ever <see cref="Running"/>.</summary>
public enum GuestStatus
{
    /// <summary>Its processor runs.</summary>
    Running,

    /// <summary>Its processor is stopped.</summary>
    Paused,

    /// <summary>It is being received, or was received and waits for the commit.</summary>
    Incoming,

    /// <summary>It was committed to another host.</summary>
    HandedOver,

    /// <summary>Its device refused an access or gave wrong data; it is stopped.</summary>
    Failed,
}
