using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;

namespace VfioMigration.Lab;

/// <summary>The hosts of one process.</summary>
public sealed class HostSet
{
    private HostSet(IReadOnlyList<Host> hosts) => Hosts = hosts;

    public IReadOnlyList<Host> Hosts { get; }

    public Host? Find(string name) => Hosts.FirstOrDefault(host => host.Name == name);

    /// <summary>Makes and boots all hosts. The lab is usable only when <paramref name="problems"/> stays empty.</summary>
    public static HostSet Boot(LabOptions options, TimeProvider clock, List<string> problems)
    {
        var catalogue = new DriverCatalogue(options.DriversPath, problems);
        Host[] hosts = [.. options.Hosts.Select(host => new Host(host, catalogue, clock))];
        foreach (Host host in hosts)
        {
            problems.AddRange(host.Boot());
        }

        return new HostSet(hosts);
    }
}
