namespace VfioMigration.Vmm;

/// <summary>Who has the guest, as far as the one who is asked knows.</summary>
public enum MigrationOutcome : byte
{
    /// <summary>The queried side has it, permanently.</summary>
    Taken = 1,

    /// <summary>The one who is asked does not have it and never will.</summary>
    Abandoned = 2,

    /// <summary>The one who is asked does not know yet.</summary>
    Undecided = 3,
}
