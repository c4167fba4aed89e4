namespace VfioMigration.Vmm;

/// <summary>The phases of a migration at its source, in their order.</summary>
public enum MigrationPhase
{
    /// <summary>The target is queried whether it accepts the device.</summary>
    Check,

    /// <summary>Memory and device are sent in rounds while the guest runs.</summary>
    PreCopy,

    /// <summary>The guest is stopped and the rest is sent.</summary>
    StopCopy,

    /// <summary>The target loads what it received.</summary>
    Resume,

    /// <summary>The target is given the guest.</summary>
    Switchover,
}
