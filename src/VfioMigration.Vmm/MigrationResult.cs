namespace VfioMigration.Vmm;

/// <summary>How a migration ended for its source.</summary>
public enum MigrationResult
{
    /// <summary>The guest runs on the target.</summary>
    Completed,

    /// <summary>The guest runs on the source, as before.</summary>
    Failed,

    /// <summary>Everything was sent over a stream without answers; the guest is stopped here until the user resumes or discards it.</summary>
    HandedOver,

    /// <summary>The target decides and cannot be reached; the guest is stopped here until the user decides which side has it.</summary>
    InDoubt,
}
