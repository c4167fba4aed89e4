using System.Net.Sockets;

using Microsoft.Extensions.Logging;

namespace VfioMigration.Daemon.Sockets;

/// <summary>Accepting clients, also when there is nothing left to accept them with.</summary>
internal static partial class Acceptance
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Null after a while when there is no descriptor left for another client: the others are served meanwhile, and free some.</summary>
    internal static async Task<Socket?> TryAccept(Socket listener, TimeProvider clock, ILogger logger, CancellationToken stopping)
    {
        try
        {
            return await listener.AcceptAsync(stopping);
        }
        catch (SocketException error) when (!stopping.IsCancellationRequested && error.SocketErrorCode != SocketError.OperationAborted)
        {
            LogNotAccepted(logger, error.Message);
            await Task.Delay(RetryAfter, clock, stopping);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "cannot accept a client: {Problem}; trying again (raise the limit of open files: ulimit -n)")]
    private static partial void LogNotAccepted(ILogger logger, string problem);
}
