using System.CommandLine;

using VfioMigration.Control;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig driver list|load|unload</c>: modprobe and rmmod of a running host.</summary>
internal static class DriverCommand
{
    internal static Command Create() =>
        new("driver", "Load and unload vendor drivers of a running host")
        {
            List(),
            Change("load", "Load a driver and its dependencies", ControlTable.LoadDriver, (driver, host) => new LoadDriverRequest(driver, host)),
            Change("unload", "Unload a driver; its devices are removed", ControlTable.UnloadDriver, (driver, host) => new UnloadDriverRequest(driver, host)),
        };

    private static Command List()
    {
        Option<string?> host = CommonOptions.Host("A running host");
        var command = new Command("list", "List the available drivers and whether they are loaded") { host };
        command.SetAction(parsed => RunningHost.Print(
            parsed.GetValue(host),
            ControlTable.ListDrivers,
            name => new ListDriversRequest(name),
            static driver => driver.Loaded ? $"{driver.Name} (loaded)" : driver.Name));
        return command;
    }

    private static Command Change<TRequest>(
        string verb, string description, ControlOperation<TRequest, NoAnswer> operation, Func<string, string?, TRequest> request)
        where TRequest : class
    {
        var driver = new Argument<string>("name") { Description = "The driver's name, as in /sys/module" };
        Option<string?> host = CommonOptions.Host("A running host");
        var command = new Command(verb, description) { driver, host };
        command.SetAction(parsed => RunningHost.Do(parsed.GetValue(host), operation, name => request(parsed.GetValue(driver)!, name)));
        return command;
    }
}
