using System.Runtime.InteropServices;

using VfioMigration.Control;
using VfioMigration.Control.Requests;
using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>A host that a daemon started by <c>vfiomig up</c> serves already.</summary>
internal sealed class JoinedHost(string socketPath, string name) : ISeenHost
{
    public string Name => name;

    public string SocketPath => socketPath;

    /// <summary>Beside the socket, so that definitions live as long as the daemon's folder.</summary>
    public string? DefinitionsFolder => Directory.CreateDirectory($"{socketPath}.{name}.mdevctl.d").FullName;

    public IReadOnlyList<string>? Serve(FileDescriptor device, FileDescriptor? ueventSocket, out string? problem)
    {
        // Not a copy of them stays here: when the daemon ends, nothing is left that could answer, and the kernel says so to the command.
        using FileDescriptor deviceHere = device;
        using FileDescriptor? socketHere = ueventSocket;
        using ControlClient? client = ControlClient.Connect(socketPath, out problem);
        if (client is null)
        {
            return null;
        }

        Errno sent = Errno.None;
        SafeHandle[] descriptors = ueventSocket is null ? [device] : [device, ueventSocket];
        string[] points = [.. client.Ask(ControlTable.Attach, new AttachRequest(name, ueventSocket is not null), () => sent = client.SendDescriptors(descriptors))];
        problem = sent == Errno.None ? client.Error : $"cannot send the FUSE device to the daemon: {sent.Text()} ({sent.Name()})";
        return problem is null ? points : null;
    }
}
