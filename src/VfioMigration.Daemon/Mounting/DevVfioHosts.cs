using System.Runtime.CompilerServices;

using VfioMigration.DevVfio;
using VfioMigration.Lab;
using VfioMigration.Vfio;

namespace VfioMigration.Daemon.Mounting;

/// <summary>What each host shows below <c>/dev/vfio</c>, once, for all mounts of it.</summary>
internal sealed class DevVfioHosts
{
    private readonly ConditionalWeakTable<Host, DevVfioHost> hosts = [];

    internal DevVfioHost Of(Host host) => hosts.GetValue(
        host, static host => new DevVfioHost(host.Core, host.Vfio, () => host.Modules.Find(VfioIommuType1Module.ModuleName) is not null));
}
