using VfioMigration.Control.Requests;
using VfioMigration.Posix;

namespace VfioMigration.Control;

/// <summary>The daemons of this user, found by their sockets.</summary>
public static class RunningDaemons
{
    /// <summary>Names the daemon's socket to programs that <c>vfiomig run</c> started.</summary>
    public const string SocketVariable = "VFIOMIG_SOCKET";

    /// <summary>Names the host to programs that <c>vfiomig run</c> started.</summary>
    public const string HostVariable = "VFIOMIG_HOST";

    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Finds the daemon that serves a host: the one <see cref="SocketVariable"/> names, else the one of all running that has a host
    /// of that name, or the only host there is.
    /// </summary>
    public static (string? Socket, string? Host, string? Problem) Find(string? host)
    {
        string? wanted = host ?? Environment.GetEnvironmentVariable(HostVariable);
        if (Environment.GetEnvironmentVariable(SocketVariable) is { Length: > 0 } named && (host is null || HostsOf(named).Contains(host)))
        {
            return (named, wanted, null);
        }

        IReadOnlyList<(string Socket, string Host)> running = List();
        (string Socket, string Host)[] matching = [.. running.Where(pair => wanted is null || pair.Host == wanted)];
        string list = running.Count == 0 ? "start one with 'vfiomig up DIR'" : $"running: {string.Join(", ", running.Select(pair => pair.Host))}";
        return matching.Length switch
        {
            1 => (matching[0].Socket, matching[0].Host, null),
            0 => (null, null, $"no running host{(wanted is null ? "" : $" '{wanted}'")}; {list}"),
            _ when wanted is null => (null, null, $"several hosts are running, choose with --host; {list}"),
            _ => (null, null, $"{matching.Length} daemons serve a host '{wanted}'; set {SocketVariable} to one of: {string.Join(", ", matching.Select(pair => pair.Socket))}"),
        };
    }

    /// <summary>Every host of every daemon that answers within 5 s.</summary>
    public static IReadOnlyList<(string Socket, string Host)> List() =>
        [.. Sockets().SelectMany(socket => HostsOf(socket).Select(name => (socket, name)))];

    private static IEnumerable<string> Sockets() =>
        Directory.Exists(ControlSocketFile.Folder) ? Directory.EnumerateFiles(ControlSocketFile.Folder, "*.sock").Order(StringComparer.Ordinal) : [];

    private static string[] HostsOf(string socketPath)
    {
        using ControlClient? client = ControlClient.Connect(socketPath, out _);
        client?.LimitSilence(MaxSilence);
        return client is null ? [] : [.. client.Ask(ControlTable.Hosts, new HostsRequest())];
    }
}
