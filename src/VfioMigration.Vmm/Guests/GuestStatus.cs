namespace VfioMigration.Vmm.Guests;

/// <summary>What a guest is doing. Of the two ends of a migration exactly one is ever <see cref="Running"/>.</summary>
public enum GuestStatus
{
    /// <summary>Its processor runs.</summary>
    Running,

    /// <summary>Its processor is stopped.</summary>
    Paused,

    /// <summary>It arrives, or has arrived and waits for the word to run.</summary>
    Incoming,

    /// <summary>Another host was given the word to run it.</summary>
    HandedOver,

    /// <summary>Its device refused an access or gave wrong data; it is stopped.</summary>
    Failed,
}
