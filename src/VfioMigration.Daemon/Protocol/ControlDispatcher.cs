using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using VfioMigration.Control;

namespace VfioMigration.Daemon.Protocol;

/// <summary>Reads the request of a connection, finds its row, runs the handler of the row and sends the last line.</summary>
internal sealed partial class ControlDispatcher(ControlHandlers handlers, ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger<ControlDispatcher>();

    internal async Task Serve(ControlConnection connection)
    {
        (ReadOnlyMemory<byte>? line, string? problem) = await connection.ReadRequest();
        if (line is null || ControlRequestFormat.Read(line.Value, out problem) is not var (operation, request))
        {
            await connection.End(problem);
            return;
        }

        problem = await Run(operation, request, connection);
        if (operation.ReadyFor != ReadyFor.MigrationStream)
        {
            await connection.End(problem);
        }
    }

    private async Task<string?> Run(ControlOperation operation, object request, ControlConnection connection)
    {
        try
        {
            return await handlers.Run(operation, request, connection);
        }
        catch (Exception bug) when (bug is not (SocketException or IOException or OperationCanceledException or ObjectDisposedException))
        {
            LogBug(logger, operation.Name, bug);
            return $"internal error in operation '{operation.Name}'; the daemon's log has the details";
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "control operation {Operation} failed")]
    private static partial void LogBug(ILogger logger, string operation, Exception bug);
}
