namespace VfioMigration.Vmm;

/// <summary>How long a migration waits for the other side.</summary>
public static class MigrationLimits
{
    /// <summary>
    /// For one message, from the moment it is waited for, or begun to be sent, until its last byte: whatever trickles meanwhile. Then the connection
    /// is broken off.
    /// </summary>
    public static TimeSpan Message { get; } = TimeSpan.FromSeconds(30);

    /// <summary>For making a connection, with everything before the first message: TLS, the control socket's request.</summary>
    public static TimeSpan Connect { get; } = TimeSpan.FromSeconds(30);

    /// <summary>For the other side to read a refusal before the connection is closed.</summary>
    public static TimeSpan Linger { get; } = TimeSpan.FromSeconds(2);

    /// <summary>For finding out, on new connections, what became of a migration whose connection broke.</summary>
    public static TimeSpan Outcome { get; } = TimeSpan.FromSeconds(30);
}
