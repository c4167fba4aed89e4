using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary>The host that a command run by <c>vfiomig run</c> sees: one of this process, or one of a running daemon.</summary>
internal interface ISeenHost
{
    string Name { get; }

    /// <summary>The control socket that serves the host.</summary>
    string SocketPath { get; }

    /// <summary>Where the host's mdevctl definitions are kept; null when they end with the command.</summary>
    string? DefinitionsFolder { get; }

    /// <summary>Has the host served; the paths below the mount to fill, or null with an error message.</summary>
    /// <param name="device">A connected FUSE device, the callee's from here on.</param>
    /// <param name="ueventSocket">Of the network namespace that gets the host's uevents, the callee's from here on; null for none.</param>
    /// <param name="problem">The error message.</param>
    IReadOnlyList<string>? Serve(FileDescriptor device, FileDescriptor? ueventSocket, out string? problem);
}
