using VfioMigration.Lab;

namespace VfioMigration.Daemon.Protocol;

/// <summary>The host that a request means.</summary>
internal static class HostLookup
{
    /// <summary>Null, with an error message, when no host has the name, or when there are several and the request names no host.</summary>
    internal static Host? Find(HostSet lab, string? name, out string? problem)
    {
        Host? host = name is not null ? lab.Find(name) : lab.Hosts.Count == 1 ? lab.Hosts[0] : null;
        problem = host is not null ? null
            : (name is null ? "several hosts are served, specify one: " : $"no host '{name}': ") + string.Join(", ", lab.Hosts.Select(known => known.Name));
        return host;
    }
}
