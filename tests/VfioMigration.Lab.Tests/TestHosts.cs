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
        var problems = new List<string>();
        var known = new DriverOptions(driver, options.ToDictionary(option => option.Name, option => option.Value), true, "key");
        var host = new Host(new HostOptions("host", [], [], [known], dialects), new DriverCatalogue(null, problems), TimeProvider.System);
        problems.AddRange(host.Boot());
        Assert.Empty(problems);
        return host;
    }

    internal static Host WithDrivers(string? folder, params DriverOptions[] drivers)
    {
        var problems = new List<string>();
        var host = new Host(new HostOptions("host", [], [], drivers), new DriverCatalogue(folder, problems), TimeProvider.System);
        Assert.Empty(problems);
        return host;
    }
}
