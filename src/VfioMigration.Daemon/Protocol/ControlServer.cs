using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VfioMigration.Control;
using VfioMigration.Daemon.Migration;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Lab;
using VfioMigration.Posix;
using VfioMigration.SysfsMount;
using VfioMigration.Uapi;
using Host = VfioMigration.Lab.Host;

namespace VfioMigration.Daemon.Protocol;

/// <summary>
/// Answers clients on a UNIX socket that only the owner can reach. A request is one line of JSON; an answer is lines of text, then a
/// last line <c>.ok</c> or <c>.error TEXT</c> (a text line that begins with a dot gets one more).
/// </summary>
public sealed partial class ControlServer(HostSet lab, TimeProvider clock, ILoggerFactory loggers, MigrationSettings settings) : BackgroundService
{
    private const int MostRequestBytes = 64 * 1024;
    private const int MostClients = 64;
    private const string RealSysfs = "/sys";

    private readonly ILogger logger = loggers.CreateLogger<ControlServer>();
    private readonly SemaphoreSlim clients = new(MostClients);
    private readonly List<HostSession> sessions = [];
    private MigrationOperations? migrations;
    private Socket? listener;

    /// <summary>Where clients find this process; null before the start.</summary>
    public string? SocketPath { get; private set; }

    /// <summary>Migrations of this process's hosts.</summary>
    public MigrationService Migrations => field ??= new MigrationService(lab, clock, settings.Tls, () => SocketPath);

    /// <summary>Makes the socket, so that it is there when the program says it is ready.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        SocketPath = Path.Combine(ControlSocketFile.CreateFolder(), $"{Environment.ProcessId}.sock");
        File.Delete(SocketPath);
        listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        migrations = new MigrationOperations(Migrations);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        listener?.Dispose();
        File.Delete(SocketPath!);
        lock (sessions)
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    public override void Dispose()
    {
        listener?.Dispose();
        clients.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                Socket client = await listener!.AcceptAsync(stoppingToken);
                if (await clients.WaitAsync(TimeSpan.Zero, stoppingToken))
                {
                    _ = Task.Run(() => Serve(client, stoppingToken), CancellationToken.None);
                }
                else
                {
                    client.Dispose();
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
        using (client)
        {
            try
            {
                ControlRequest? request = await ReadRequest(client, stopping);
                string end = request is null ? ".error not a request\n" : await Answer(client, request, stopping);
                await Send(client, end, stopping);
            }
            catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
            {
                // The client is gone, or the daemon stops.
            }
            catch (Exception bug)
            {
                LogBug(logger, bug);
            }
            finally
            {
                clients.Release();
            }
        }
    }

    /// <summary>Sends the lines of the answer and returns the last one.</summary>
    private async Task<string> Answer(Socket client, ControlRequest request, CancellationToken stopping)
    {
        if (request.Operation == ControlOperations.Hosts)
        {
            await SendLines(client, lab.Hosts.Select(host => host.Name), stopping);
            return ".ok\n";
        }

        if (MigrationOperations.Handles(request))
        {
            return await migrations!.Answer(client, request, lines => SendLines(client, lines, stopping), () => WhenGone(client, stopping));
        }

        Host? host = request.Host is null ? lab.Hosts.Count == 1 ? lab.Hosts[0] : null : lab.Find(request.Host);
        if (host is null)
        {
            return $".error {(request.Host is null ? "several hosts are served, say which" : $"no host '{request.Host}'")}: "
                + $"{string.Join(", ", lab.Hosts.Select(h => h.Name))}\n";
        }

        switch (request.Operation)
        {
            case ControlOperations.KernelLog:
                await SendKernelLog(client, host, request, stopping);
                return ".ok\n";
            case ControlOperations.Uevents:
                await SendUevents(client, host, stopping);
                return ".ok\n";
            case ControlOperations.ListDrivers:
                await SendLines(client, host.Modules.Available.Select(name => host.Modules.Find(name) is null ? name : $"{name} (loaded)"), stopping);
                return ".ok\n";
            case ControlOperations.LoadDriver:
                return Ended(host.LoadModule(request.Name ?? ""));
            case ControlOperations.UnloadDriver:
                return Ended(host.UnloadModule(request.Name ?? ""));
            case ControlOperations.Attach:
                return await Attach(client, host, stopping);
            case var operation when operation.StartsWith(ControlOperations.GuestPrefix, StringComparison.Ordinal):
                return await Guest(client, host, request, stopping);
            default:
                return $".error unknown operation '{request.Operation}'\n";
        }
    }

    private static async Task<string> Guest(Socket client, Host host, ControlRequest request, CancellationToken stopping)
    {
        (string? line, string? problem) = GuestOperations.Run(host, request);
        if (line is not null)
        {
            await SendLines(client, [line], stopping);
        }

        return problem is null ? ".ok\n" : $".error {problem}\n";
    }

    private static string Ended((Errno Error, string? Problem) outcome) =>
        outcome.Error == Errno.None ? ".ok\n" : $".error {outcome.Problem}\n";

    private async Task<string> Attach(Socket client, Host host, CancellationToken stopping)
    {
        await SendLines(client, ["send"], stopping);
        if (!client.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead))
        {
            return ".error no device was sent\n";
        }

        Result<FileDescriptor> received = FdSocket.ReceiveDescriptor(client.SafeHandle);
        if (!received.TryGet(out FileDescriptor device))
        {
            return $".error no device was sent: {received.Error.Name()}\n";
        }

        IReadOnlyList<UnionEntry> entries = Serve(host, device);
        await SendLines(client, MountPoints(entries), stopping);
        return ".ok\n";
    }

    /// <summary>Serves a host, with what is missing of the real sysfs, on a mount that somebody else made.</summary>
    public IReadOnlyList<UnionEntry> Serve(Host host, FileDescriptor device)
    {
        IReadOnlyList<UnionEntry> entries = UnionPlan.Compute(host.Core.Tree.Root, RealSysfs);
        var session = new HostSession(host, device, clock, loggers, new Union(host.Core.Tree.Root, entries));
        lock (sessions)
        {
            sessions.RemoveAll(old => old.Ended.IsCompleted);
            sessions.Add(session);
        }

        return entries;
    }

    /// <summary>The entries that the mounting side must bind, each as a letter and a path.</summary>
    public static IEnumerable<string> MountPoints(IEnumerable<UnionEntry> entries) =>
        entries.Where(entry => entry.Kind != UnionEntryKind.Link)
            .Select(entry => $"{(entry.Kind == UnionEntryKind.Directory ? 'd' : 'f')}{entry.Path}");

    private static async Task<ControlRequest?> ReadRequest(Socket client, CancellationToken stopping)
    {
        byte[] buffer = new byte[MostRequestBytes];
        int length = 0;
        while (length < buffer.Length)
        {
            int received = await client.ReceiveAsync(buffer.AsMemory(length), stopping);
            length += received;
            if (received == 0 || buffer[length - 1] == '\n')
            {
                break;
            }
        }

        try
        {
            return JsonSerializer.Deserialize(buffer.AsSpan(0, length), ControlJson.Default.ControlRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task SendLines(Socket client, IEnumerable<string> lines, CancellationToken stopping)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            text.Append(line.StartsWith('.') ? "." : "").Append(line).Append('\n');
        }

        return Send(client, text.ToString(), stopping);
    }

    private static async Task Send(Socket client, string text, CancellationToken stopping)
    {
        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(text);
        while (!rest.IsEmpty)
        {
            rest = rest[await client.SendAsync(rest, stopping)..];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a control request failed")]
    private static partial void LogBug(ILogger logger, Exception bug);
}
