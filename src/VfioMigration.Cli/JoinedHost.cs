using System.Text;

using VfioMigration.Control;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>A host that a daemon started by <c>vfiomig up</c> serves already.</summary>
internal sealed class JoinedHost(string socketPath, string name) : ISeenHost
{
    private ControlClient? ueventClient;

    public string Name => name;

    public string SocketPath => socketPath;

    /// <summary>Beside the socket, so that definitions live as long as the daemon's folder.</summary>
    public string DefinitionsFolder => Directory.CreateDirectory($"{socketPath}.{name}.mdevctl.d").FullName;

    public IReadOnlyList<string>? Serve(FileDescriptor device, out string? problem)
    {
        problem = null;
        using ControlClient? client = ControlClient.Connect(socketPath);
        if (client is null)
        {
            problem = $"{socketPath}: nobody answers; the daemon is gone";
            return null;
        }

        var points = new List<string>();
        foreach (string line in client.Ask(new ControlRequest(ControlOperations.Attach, name)))
        {
            if (line != "send")
            {
                points.Add(line);
            }
            else if (client.SendDescriptor(device) is var error and not Errno.None)
            {
                problem = $"sending the device to the daemon: {error.Name()}";
                return null;
            }
        }

        problem = client.Error;
        return problem is null ? points : null;
    }

    public IEnumerable<byte[]> Uevents()
    {
        ueventClient = ControlClient.Connect(socketPath);
        var fields = new List<string>();
        foreach (string line in ueventClient?.Ask(new ControlRequest(ControlOperations.Uevents, name, Follow: true)) ?? [])
        {
            if (line.Length == 0)
            {
                yield return Encoding.UTF8.GetBytes(string.Concat(fields.Select(field => field + '\0')));
                fields.Clear();
            }
            else if (!line.StartsWith("SEQNUM=", StringComparison.Ordinal))
            {
                fields.Add(line);
            }
        }
    }

    public void Dispose() => ueventClient?.Dispose();
}
