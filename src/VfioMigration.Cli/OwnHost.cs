using System.Threading.Channels;
using VfioMigration.Daemon;
using VfioMigration.Lab;
using VfioMigration.Posix;
using VfioMigration.Sysfs;

namespace VfioMigration.Cli;

/// <summary>A host that this process simulates for the time of one command.</summary>
internal sealed class OwnHost(LabApplication application, Host host) : ISeenHost
{
    private readonly Subscription<Uevent> uevents = host.Core.Tree.Uevents.Subscribe();

    public string Name => host.Name;

    public string SocketPath => application.SocketPath;

    public string? DefinitionsFolder => null;

    public IReadOnlyList<string> Serve(FileDescriptor device, out string? problem)
    {
        problem = null;
        return application.Attached.Serve(host, device);
    }

    public IEnumerable<byte[]> Uevents(Action subscribed)
    {
        subscribed();
        ChannelReader<Uevent> reader = uevents.Reader;
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (reader.TryRead(out Uevent? uevent))
            {
                yield return uevent.ToPayload(withSeqNum: false);
            }
        }
    }

    public void Dispose() => uevents.Dispose();
}
