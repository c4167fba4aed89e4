namespace VfioMigration.Daemon.Mounting;

/// <summary>What serves a mount; disposing it closes the connection.</summary>
internal interface IMountSession : IDisposable
{
    /// <summary>Completes when the mount has ended.</summary>
    Task Ended { get; }
}
