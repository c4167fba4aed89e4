using System.Net.Sockets;

namespace VfioMigration.Daemon.Migration;

/// <summary>Bytes to and from the other side of a migration, which may not be silent for ever.</summary>
internal static class PeerStream
{
    private const int SilenceMilliseconds = 60_000;

    internal static NetworkStream Over(Socket socket, bool ownsSocket = true) => new(socket, ownsSocket)
    {
        ReadTimeout = SilenceMilliseconds,
        WriteTimeout = SilenceMilliseconds,
    };
}
