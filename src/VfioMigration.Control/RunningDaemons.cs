using System.Net.Sockets;

using VfioMigration.Posix;

namespace VfioMigration.Control;

/// <summary>The daemons of this user, found by their sockets.</summary>
public static class RunningDaemons
{
    /// <summary>Names the daemon's socket to programs that <c>vfiomig run</c> started.</summary>
    public const string SocketVariable = "VFIOMIG_SOCKET";

    /// <summary>Names the host to programs that <c>vfiomig run</c> started.</summary>
    public const string HostVariable = "VFIOMIG_HOST";

    /// <summary>
    /// Finds the daemon that serves a host: the one <see cref="SocketVariable"/> names, else the one of all running that has a host
    /// of that name, or the only host there is.
    /// </summary>
    public static RunningHostLookup Find(string? host)
    {
        string? wanted = host ?? Environment.GetEnvironmentVariable(HostVariable);
        if (Environment.GetEnvironmentVariable(SocketVariable) is { Length: > 0 } named && (host is null || Ask(named)?.Hosts.Contains(host) == true))
        {
            return new(named, wanted, null);
        }

        if (ControlSocketFile.Problem is { } unsafeFolder)
        {
            return new(null, null, unsafeFolder);
        }

        IReadOnlyList<DaemonAnswer> answers = Ask();
        (string Socket, string Host)[] running = [.. answers.SelectMany(answer => answer.Hosts.Select(name => (answer.Socket, name)))];
        (string Socket, string Host)[] matching = [.. running.Where(pair => wanted is null || pair.Host == wanted)];
        string[] problems = [.. answers.Select(answer => answer.Problem).OfType<string>()];
        string list = string.Join("; ", [running.Length > 0 ? $"running: {string.Join(", ", running.Select(pair => pair.Host))}" : "start one with 'vfiomig up DIR'", .. problems]);
        return matching.Length switch
        {
            1 when wanted is null && problems.Length > 0 => new(null, null, $"not every daemon answers, choose with --host; {list}"),
            1 => new(matching[0].Socket, matching[0].Host, null),
            0 => new(null, null, $"no running host{(wanted is null ? "" : $" '{wanted}'")}; {list}", IsUndecided: problems.Length > 0),
            _ when wanted is null => new(null, null, $"several hosts are running, choose with --host; {list}"),
            _ => new(null, null, $"{matching.Length} daemons serve a host '{wanted}'; set {SocketVariable} to one of: {string.Join(", ", matching.Select(pair => pair.Socket))}", IsUndecided: true),
        };
    }

    /// <summary>What every daemon answers, in the order of the sockets; all are asked at once, so that a stopped one delays the others by its own time only.</summary>
    public static IReadOnlyList<DaemonAnswer> Ask()
    {
        string[] sockets = [.. Sockets()];
        var answers = new DaemonAnswer?[sockets.Length];
        Thread[] threads = [.. sockets.Select((socket, index) => new Thread(() => answers[index] = Ask(socket)))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        return [.. answers.OfType<DaemonAnswer>()];
    }

    /// <summary>
    /// Removes what daemons that were killed have left in the folder: sockets at which nobody listens and whose process is not there, with the definitions beside them.
    /// </summary>
    public static void RemoveLeftBehind()
    {
        foreach (string socket in Sockets())
        {
            if (Directory.Exists($"/proc/{Path.GetFileNameWithoutExtension(socket)}") || !ControlSocketFile.IsOwnSocket(socket) || Ask(socket) is not null)
            {
                continue;
            }

            try
            {
                Array.ForEach(Directory.GetDirectories(ControlSocketFile.Folder, $"{Path.GetFileName(socket)}.*"), static folder => Directory.Delete(folder, recursive: true));
                File.Delete(socket);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another daemon that starts removes it at the same time.
            }
        }
    }

    private static IEnumerable<string> Sockets() =>
        ControlSocketFile.Problem is null && Directory.Exists(ControlSocketFile.Folder) ? Directory.EnumerateFiles(ControlSocketFile.Folder, "*.sock").Order(StringComparer.Ordinal) : [];

    /// <summary>Null for a socket that a daemon left behind.</summary>
    private static DaemonAnswer? Ask(string socketPath)
    {
        using ControlClient? client = ControlClient.TryConnect(socketPath, out SocketError error);
        return client is null
            ? error == SocketError.ConnectionRefused ? null : new DaemonAnswer(socketPath, [], $"cannot connect to {socketPath}: {ControlClient.Describe(error)}")
            : client.AskForHosts() is { } hosts ? new DaemonAnswer(socketPath, hosts, null)
            : new DaemonAnswer(socketPath, [], client.Error!.Contains(socketPath, StringComparison.Ordinal) ? client.Error : $"{socketPath}: {client.Error}");
    }
}
