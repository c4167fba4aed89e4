using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VfioMigration.Daemon.Sockets;

namespace VfioMigration.Daemon.Protocol;

/// <summary>
/// Accepts clients on a UNIX socket that only the owner can reach (docs/control-protocol.md). At most <see cref="MaxClients"/> are served at once;
/// another one gets an error and is closed.
/// </summary>
/// <param name="dispatcher">Serves a connection.</param>
/// <param name="socketPath">In a folder that exists; a file there is replaced.</param>
/// <param name="clock">For the deadline of requests.</param>
/// <param name="loggers">Makes the server's logger.</param>
internal sealed partial class ControlServer(ControlDispatcher dispatcher, string socketPath, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    internal const int MaxClients = 64;
    private const int MaxRefusals = 16;

    private readonly ILogger logger = loggers.CreateLogger<ControlServer>();
    private readonly SemaphoreSlim clients = new(MaxClients);

    /// <summary>Free places for connections of any kind: those above the limit wait for their refusal here, and in the kernel's queue, without a descriptor.</summary>
    private readonly SemaphoreSlim connections = new(MaxClients + MaxRefusals);
    private Socket? listener;

    /// <summary>Makes the socket, so that it exists when the program reports that it is ready.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(socketPath);
        listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        listener.Listen();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        listener?.Dispose();
        File.Delete(socketPath);
    }

    public override void Dispose()
    {
        listener?.Dispose();
        clients.Dispose();
        connections.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await connections.WaitAsync(stoppingToken);
                if (await Acceptance.TryAccept(listener!, clock, logger, stoppingToken) is not { } client)
                {
                    connections.Release();
                    continue;
                }

                if (await clients.WaitAsync(TimeSpan.Zero, stoppingToken))
                {
                    _ = Task.Run(() => Serve(client, stoppingToken), CancellationToken.None);
                }
                else
                {
                    _ = Task.Run(() => Refuse(client, stoppingToken), CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping is how this ends.
        }
    }

    private async Task Serve(Socket client, CancellationToken stopping)
    {
        try
        {
            using (client)
            {
                await dispatcher.Serve(new ControlConnection(client, clock, stopping));
            }
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has disconnected, or the daemon stops.
        }
        catch (Exception bug)
        {
            LogBug(logger, bug);
        }
        finally
        {
            clients.Release();
            connections.Release();
        }
    }

    /// <summary>A line fits into the buffer of a new connection, so this client delays no other.</summary>
    private async Task Refuse(Socket client, CancellationToken stopping)
    {
        try
        {
            using (client)
            {
                await new ControlConnection(client, clock, stopping).End($"too many clients (limit {MaxClients}); try again later");
            }
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // As above.
        }
        finally
        {
            connections.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a control request failed")]
    private static partial void LogBug(ILogger logger, Exception bug);
}
