using VfioMigration.Uapi;

namespace VfioMigration.Vmm;

/// <summary>The way to another host's migration service.</summary>
public interface IMigrationPeer
{
    /// <summary>How the user wrote it.</summary>
    string Name { get; }

    /// <summary>
    /// A new connection, within <see cref="MigrationLimits.Connect"/>, else ETIMEDOUT; ECANCELED when cancelled. ECONNREFUSED or ENOENT mean that the peer does not exist any more; ENOTCONN that there is no second connection to be had; everything else that it is
    /// not known.
    /// </summary>
    Result<Stream> Connect(CancellationToken cancelled);

    /// <summary>Why the last <see cref="Connect"/> failed, for people, where that is more than the errno; else null.</summary>
    string? Problem => null;
}
