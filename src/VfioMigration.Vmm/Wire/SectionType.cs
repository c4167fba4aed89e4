namespace VfioMigration.Vmm.Wire;

/// <summary>What a section of the stream is.</summary>
public enum SectionType : ushort
{
    /// <summary>JSON of <see cref="MigrationDescription"/>; the first of a migration.</summary>
    Description = 1,

    /// <summary>Guest memory: address (8), then whole pages.</summary>
    Memory = 2,

    /// <summary>Guest memory that is zero: address (8), bytes (8).</summary>
    ZeroMemory = 3,

    /// <summary>Bytes of the device's data stream, in order.</summary>
    DeviceData = 4,

    /// <summary>The workload: its program and the checksum of every page.</summary>
    GuestState = 5,

    /// <summary>Everything was sent: number of sections before this one (8).</summary>
    End = 6,

    /// <summary>The source gives the guest away. It never runs it again unless it learns that this was not received.</summary>
    Commit = 7,

    /// <summary>Identifier of a migration (16), 1 to ask its target or 0 its source (1): its outcome.</summary>
    Query = 8,

    /// <summary>The target accepts the guest.</summary>
    Accepted = 32,

    /// <summary>UTF-8: the reason.</summary>
    Refused = 33,

    /// <summary>Everything was received and loaded; the guest runs on commit.</summary>
    Ready = 34,

    /// <summary>The guest runs on the target.</summary>
    Confirmed = 35,

    /// <summary>One byte of <see cref="MigrationOutcome"/>.</summary>
    Outcome = 36,
}
