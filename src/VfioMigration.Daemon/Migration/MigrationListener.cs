using System.Net.Sockets;
using System.Security.Authentication;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using VfioMigration.Control;
using VfioMigration.Daemon.Sockets;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Daemon.Migration;

/// <summary>Takes incoming migrations at the endpoints of <see cref="MigrationSettings"/>.</summary>
public sealed partial class MigrationListener(MigrationSettings settings, MigrationService migrations, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    private const int MaxConnections = 16;

    /// <summary>For the other side to prove who it is.</summary>
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(10);

    private readonly ILogger logger = loggers.CreateLogger<MigrationListener>();
    private readonly SemaphoreSlim connections = new(MaxConnections);
    private readonly PendingConnections pending = new();
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
                if (await Acceptance.TryAccept(listener, clock, logger, stopping) is { } client)
                {
                    _ = Task.Run(() => Admit(client, endpoint, stopping), CancellationToken.None);
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

    /// <summary>Lets a client in that has proven who it is; only those count.</summary>
    private async Task Admit(Socket client, MigrationEndpoint endpoint, CancellationToken stopping)
    {
        pending.Add(client);
        try
        {
            Stream stream = await Authenticate(client, endpoint, stopping);
            if (connections.Wait(TimeSpan.Zero, CancellationToken.None))
            {
                new Thread(() => Serve(stream, endpoint)) { IsBackground = true, Name = $"migration from {endpoint.Text}" }.Start();
                return;
            }

            LogProblem(logger, endpoint.Text, $"more than {MaxConnections} migrations at once");
            await stream.DisposeAsync();
        }
        catch (Exception error) when (error is AuthenticationException or IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            client.Dispose();
            LogProblem(logger, endpoint.Text, error is OperationCanceledException ? $"no handshake within {Handshake.TotalSeconds:0} s" : error.Message);
        }
        finally
        {
            pending.Remove(client);
        }
    }

    /// <summary>
    /// TCP: by certificate; without certificates, which only works on this machine, by the user who owns the other socket: this one, or root. UNIX sockets: the file's mode keeps others
    /// out.
    /// </summary>
    private async Task<Stream> Authenticate(Socket client, MigrationEndpoint endpoint, CancellationToken stopping)
    {
        if (endpoint.Port is null)
        {
            return new PeerStream(client);
        }

        if (settings.Tls is not { } tls)
        {
            uint? user = TcpPeer.UserOf(client);
            return user is 0 || user == ProcessImage.UserId ? new PeerStream(client)
                : throw new AuthenticationException($"a client of {(user is null ? "an unknown user" : $"user {user}")}; other users need TLS (--tls-cert, --tls-key, --tls-ca)");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using ITimer timer = clock.CreateTimer(_ => limit.Cancel(), null, Handshake, Timeout.InfiniteTimeSpan);
        return await tls.Accept(client, limit.Token);
    }

    private void Serve(Stream stream, MigrationEndpoint endpoint)
    {
        try
        {
            using (stream)
            {
                if (migrations.Receive(stream) is { } problem)
                {
                    LogProblem(logger, endpoint.Text, PrintableText.Escape(problem));
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "migration through {Endpoint} failed: {Problem}")]
    private static partial void LogProblem(ILogger logger, string endpoint, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "migration through {Endpoint} failed")]
    private static partial void LogBug(ILogger logger, string endpoint, Exception bug);
}
