using VfioMigration.Lab;
using VfioMigration.Lab.Configuration;
using VfioMigration.Lab.Drivers;

namespace VfioMigration.Lab.Tests;

/// <summary>Hosts without hardware, not booted yet.</summary>
internal static class TestHosts
{
    internal static Host WithDriver(string driver, params (string Name, string Value)[] options) =>
        WithDrivers(
            null,
            new DriverOptions(driver, options.ToDictionary(option => option.Name, option => option.Value), true, "hosts:0:drivers:0:name"));

    /// <summary>Booted, with these dialects; null for those of a host without the key.</summary>
    internal static Host WithDialects(IReadOnlyList<string>? dialects, string driver, params (string Name, string Value)[] options)
    {
        var known = new DriverOptions(driver, options.ToDictionary(option => option.Name, option => option.Value), true, "key");
        Host host = Create(null, new HostOptions("host", [], [], [known], dialects));
        Assert.Empty(host.Boot());
        return host;
    }

    internal static Host WithDrivers(string? folder, params DriverOptions[] drivers) => Create(folder, new HostOptions("host", [], [], drivers));

    /// <summary>With the drivers of a folder; null takes the program's.</summary>
    internal static Host Create(string? folder, HostOptions options)
    {
        var problems = new List<string>();
        var catalogue = new DriverCatalogue(folder, problems);
        Assert.Empty(problems);
        return new Host(options, catalogue, TimeProvider.System);
    }
}
