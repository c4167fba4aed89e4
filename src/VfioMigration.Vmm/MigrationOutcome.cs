namespace VfioMigration.Vmm;

/// <summary>Which side has the guest, as far as the queried side knows.</summary>
public enum MigrationOutcome : byte
{
    /// <summary>The queried side has it, permanently.</summary>
    Taken = 1,

    /// <summary>The queried side does not have it and never will.</summary>
    Abandoned = 2,

    /// <summary>The queried side has not decided yet.</summary>
    Undecided = 3,
}
