namespace VfioMigration.Vmm;

/// <summary>How a migration ended for its source.</summary>
public enum MigrationResult
{
    /// <summary>The guest runs on the target.</summary>
    Completed,

    /// <summary>The guest runs on the source, as before.</summary>
    Failed,

    /// <summary>The target has the last word and cannot be reached; the guest stands still here until somebody says who has it.</summary>
    InDoubt,
}
