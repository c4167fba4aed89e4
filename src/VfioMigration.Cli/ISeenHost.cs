using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary>The host that a command run by <c>vfiomig run</c> sees: one of this process, or one of a running daemon.</summary>
internal interface ISeenHost : IDisposable
{
    string Name { get; }

    /// <summary>The control socket that serves the host.</summary>
    string SocketPath { get; }

    /// <summary>Where the host's mdevctl definitions are kept; null when they end with the command.</summary>
    string? DefinitionsFolder { get; }

    /// <summary>Has the host served on a connected FUSE device, which is the callee's from here on; the paths below the mount to fill, or null with an error message.</summary>
    IReadOnlyList<string>? Serve(FileDescriptor device, out string? problem);

    /// <summary>Payloads of the host's uevents, without SEQNUM, until disposed.</summary>
    /// <param name="subscribed">Called when none will be missed from now on.</param>
    IEnumerable<byte[]> Uevents(Action subscribed);
}
