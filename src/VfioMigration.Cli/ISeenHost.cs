using VfioMigration.Daemon.Mounting;

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
    /// <param name="descriptors">What is mounted, the callee's from here on.</param>
    /// <param name="problem">The error message.</param>
    IReadOnlyList<string>? Serve(NamespaceDescriptors descriptors, out string? problem);
}
