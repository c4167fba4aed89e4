using System.Text;

using VfioMigration.Control;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;
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
    public string? DefinitionsFolder => Directory.CreateDirectory($"{socketPath}.{name}.mdevctl.d").FullName;

    public IReadOnlyList<string>? Serve(FileDescriptor device, out string? problem)
    {
        // Not a copy of it stays here: when the daemon ends, nothing is left that could answer, and the kernel says so to the command.
        using FileDescriptor handedOver = device;
        using ControlClient? client = ControlClient.Connect(socketPath, out problem);
        if (client is null)
        {
            return null;
        }

        Errno sent = Errno.None;
        string[] points = [.. client.Ask(ControlTable.Attach, new AttachRequest(name), () => sent = client.SendDescriptor(device))];
        problem = sent == Errno.None ? client.Error : $"cannot send the FUSE device to the daemon: {sent.Text()} ({sent.Name()})";
        return problem is null ? points : null;
    }

    public IEnumerable<byte[]> Uevents(Action subscribed)
    {
        ueventClient = ControlClient.Connect(socketPath, out _, isPatient: true);
        foreach (UeventAnswer uevent in ueventClient?.Ask(ControlTable.Uevents, new UeventsRequest(name), subscribed) ?? [])
        {
            yield return Encoding.UTF8.GetBytes(string.Concat(uevent.Variables.Prepend(uevent.Header).Select(field => field + '\0')));
        }
    }

    public void Dispose() => ueventClient?.Dispose();
}
