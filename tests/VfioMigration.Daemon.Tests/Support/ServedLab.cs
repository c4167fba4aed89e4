using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using VfioMigration.Control;
using VfioMigration.Daemon.Migration;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Daemon.Protocol;
using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;

namespace VfioMigration.Daemon.Tests.Support;

/// <summary>Hosts without hardware behind a control socket.</summary>
internal sealed class ServedLab : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly AttachedSessions sessions;
    private readonly ControlServer server;

    /// <param name="bind">Changes who handles what; null for the daemon's own handlers.</param>
    /// <param name="hosts">Their names.</param>
    internal ServedLab(Func<ControlHandlers, ControlHandlers>? bind, params string[] hosts)
    {
        var problems = new List<string>();
        Lab = HostSet.Boot(new LabOptions([.. hosts.Select(name => new HostOptions(name, [], [], []))], folder.Path, false), new ManualClock(), problems);
        Assert.Empty(problems);
        Socket = Path.Combine(folder.Path, "control.sock");
        sessions = new AttachedSessions(Clock, NullLoggerFactory.Instance);
        ControlHandlers handlers = ControlHandlers.For(Lab, sessions, new MigrationService(Lab, Clock, null, Socket));
        server = new ControlServer(new ControlDispatcher(bind?.Invoke(handlers) ?? handlers, NullLoggerFactory.Instance), Socket, Clock, NullLoggerFactory.Instance);
        server.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    internal ServedLab(params string[] hosts)
        : this(null, hosts)
    {
    }

    internal ManualClock Clock { get; } = new();

    internal HostSet Lab { get; }

    internal string Socket { get; }

    internal TestClient Connect() => new(Socket);

    internal ControlClient Client() => ControlClient.Connect(Socket, out _)!;

    /// <summary>The lines that answer a request.</summary>
    internal async Task<string[]> Ask(string request)
    {
        using TestClient client = Connect();
        await client.Send(request + "\n");
        return await client.ReadToEnd();
    }

    public void Dispose()
    {
        server.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        server.Dispose();
        sessions.Dispose();
        folder.Dispose();
    }
}
