namespace VfioMigration.Control;

/// <summary>What an operation does with the connection after the line <c>.ready</c>.</summary>
public enum ReadyFor
{
    /// <summary>There may be no such line; if there is, nothing is missed from then on.</summary>
    Nothing,

    /// <summary>The client sends one descriptor (SCM_RIGHTS, unix(7)); with <c>uevents</c> a second one in the same message.</summary>
    OneOrTwoDescriptors,

    /// <summary>The client sends one descriptor to read from and one to write to, in one message.</summary>
    TwoDescriptors,

    /// <summary>The connection carries a migration stream in both directions until it is closed; no end line follows.</summary>
    MigrationStream,
}
