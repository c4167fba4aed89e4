namespace VfioMigration.Control;

/// <summary>What a <see cref="MigrationEvent"/> can be about.</summary>
public static class MigrationEventNames
{
    /// <summary>A phase began.</summary>
    public const string Phase = "phase";

    /// <summary>Bytes were sent, or there is a message.</summary>
    public const string Progress = "progress";

    /// <summary>A round ended.</summary>
    public const string Round = "round";

    /// <summary>The migration completed; the last event.</summary>
    public const string Done = "done";

    /// <summary>The migration failed; the last event.</summary>
    public const string Failed = "failed";
}
