namespace VfioMigration.Vfio.Faults;

/// <summary>The operation that a fault affects.</summary>
public enum FaultKind
{
    /// <summary>An arc of the state machine.</summary>
    Arc,

    /// <summary>A read of a region.</summary>
    Read,

    /// <summary>A write of a region.</summary>
    Write,

    /// <summary>The device's data stream.</summary>
    Stream,

    /// <summary>A mark of the dirty log is not made.</summary>
    LoseDirty,

    /// <summary>The connection of a migration.</summary>
    Cut,
}
