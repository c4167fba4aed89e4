using System.Net.Sockets;
using System.Security.Authentication;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using VfioMigration.Control;

namespace VfioMigration.Daemon.Migration;

/// <summary>Takes incoming migrations at the endpoints of <see cref="MigrationSettings"/>.</summary>
public sealed partial class MigrationListener(MigrationSettings settings, MigrationService migrations, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    private const int MaxConnections = 16;

    private readonly ILogger logger = loggers.CreateLogger<MigrationListener>();
    private readonly SemaphoreSlim connections = new(MaxConnections);
    private readonly List<Socket> listeners = [];

    /// <summary>Opens every endpoint, so that they exist when the program reports that it is ready. Throws <see cref="IOException"/> with an error message.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (MigrationEndpoint endpoint in settings.Listen)
        {
            try
            {
                listeners.Add(endpoint.Listen());
            }
            catch (Exception error) when (error is SocketException or FormatException or IOException or UnauthorizedAccessException)
            {
                throw new IOException($"--listen {endpoint.Text}: {error.Message}", error);
            }
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        listeners.ForEach(listener => listener.Dispose());
        connections.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(listeners.Zip(settings.Listen, (listener, endpoint) => Accept(listener, endpoint, stoppingToken)));

    private async Task Accept(Socket listener, MigrationEndpoint endpoint, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptAsync(stopping);
                if (connections.Wait(TimeSpan.Zero, CancellationToken.None))
                {
                    new Thread(() => Serve(client, endpoint)) { IsBackground = true, Name = $"migration from {endpoint.Text}" }.Start();
                }
                else
                {
                    client.Dispose();
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            if (endpoint.Port is null)
            {
                File.Delete(endpoint.Name);
            }
        }
    }

    private void Serve(Socket client, MigrationEndpoint endpoint)
    {
        try
        {
            using var stream = new PeerStream(client);
            using Stream secured = endpoint.Port is not null && settings.Tls is { } tls ? Accept(tls, stream) : stream;
            if (migrations.Receive(secured) is { } problem)
            {
                LogProblem(logger, endpoint.Text, problem);
            }
        }
        catch (Exception error) when (error is AuthenticationException or IOException or ObjectDisposedException)
        {
            LogProblem(logger, endpoint.Text, error.Message);
        }
        catch (Exception bug)
        {
            LogBug(logger, endpoint.Text, bug);
        }
        finally
        {
            connections.Release();
        }
    }

    /// <summary>A client that does not finish its handshake blocks no other.</summary>
    private Stream Accept(TlsFiles tls, PeerStream stream)
    {
        using var limit = new ConnectLimit(clock, CancellationToken.None);
        using CancellationTokenRegistration late = limit.Token.Register(stream.Dispose);
        return tls.Accept(stream);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration through {Endpoint} failed: {Problem}")]
    private static partial void LogProblem(ILogger logger, string endpoint, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "migration through {Endpoint} failed")]
    private static partial void LogBug(ILogger logger, string endpoint, Exception bug);
}
