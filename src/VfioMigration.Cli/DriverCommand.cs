using System.CommandLine;

using VfioMigration.Control;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig driver list|load|unload</c>: modprobe and rmmod of a running host.</summary>
internal static class DriverCommand
{
    internal static Command Create() =>
        new("driver", "Load and unload vendor drivers of a running host")
        {
            List(),
            Change("load", "Load a driver, and what it depends on", ControlOperations.LoadDriver),
            Change("unload", "Unload a driver; its devices are removed", ControlOperations.UnloadDriver),
        };

    private static Command List()
    {
        Option<string?> host = CommonOptions.Host("Which running host");
        var command = new Command("list", "List what can be loaded and what is") { host };
        command.SetAction(parsed => RunningHost.Print(parsed.GetValue(host), name => new ControlRequest(ControlOperations.ListDrivers, name)));
        return command;
    }

    private static Command Change(string verb, string description, string operation)
    {
        var driver = new Argument<string>("name") { Description = "The driver's name, as in /sys/module" };
        Option<string?> host = CommonOptions.Host("Which running host");
        var command = new Command(verb, description) { driver, host };
        command.SetAction(parsed => RunningHost.Print(
            parsed.GetValue(host),
            name => new ControlRequest(operation, name, parsed.GetValue(driver))));
        return command;
    }
}
