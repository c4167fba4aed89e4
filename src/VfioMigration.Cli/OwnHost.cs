using VfioMigration.Daemon;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Lab;

namespace VfioMigration.Cli;

/// <summary>A host that this process simulates for the time of one command.</summary>
internal sealed class OwnHost(LabApplication application, Host host) : ISeenHost
{
    public string Name => host.Name;

    public string SocketPath => application.SocketPath;

    public string? DefinitionsFolder => null;

    public IReadOnlyList<string> Serve(NamespaceDescriptors descriptors, out string? problem)
    {
        problem = null;
        return application.Attached.Serve(host, descriptors);
    }
}
