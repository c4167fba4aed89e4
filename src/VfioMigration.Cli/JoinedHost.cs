using VfioMigration.Control;
using VfioMigration.Control.Requests;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>A host that a daemon started by <c>vfiomig up</c> serves already.</summary>
internal sealed class JoinedHost(string socketPath, string name) : ISeenHost
{
    public string Name => name;

    public string SocketPath => socketPath;

    /// <summary>Beside the socket, so that definitions live as long as the daemon's folder.</summary>
    public string? DefinitionsFolder => Directory.CreateDirectory($"{socketPath}.{name}.mdevctl.d").FullName;

    public IReadOnlyList<string>? Serve(NamespaceDescriptors descriptors, out string? problem)
    {
        // Not a copy of them stays here: when the daemon ends, nothing is left that could answer, and the kernel says so to the command.
        using NamespaceDescriptors here = descriptors;
        using ControlClient? client = ControlClient.Connect(socketPath, out problem);
        if (client is null)
        {
            return null;
        }

        Errno sent = Errno.None;
        string[] points = [.. client.Ask(ControlTable.Attach, new AttachRequest(name, here.Kinds), () => sent = client.SendDescriptors([.. here.All]))];
        problem = sent == Errno.None ? client.Error : $"cannot send the FUSE devices to the daemon: {sent.Text()} ({sent.Name()})";
        return problem is null ? points : null;
    }
}
