namespace VfioMigration.Control;

/// <summary>Names of a migration's phases, in their order (docs/migration.md).</summary>
public static class MigrationPhaseNames
{
    public const string Check = "check";
    public const string PreCopy = "pre-copy";
    public const string StopCopy = "stop-copy";
    public const string Resume = "resume";
    public const string Switchover = "switchover";
}
