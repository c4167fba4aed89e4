using System.CommandLine;

using VfioMigration.Control;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig guest VERB HOST/DEVICE</c>: a simulated guest that uses a device.</summary>
internal static class GuestCommand
{
    internal static Command Create()
    {
        var command = new Command("guest", "A simulated guest that uses a device: memory, a processor and a workload");
        command.Subcommands.Add(Start());
        foreach ((string verb, string description) in (ReadOnlySpan<(string, string)>)
            [
                ("status", "Print none, running, paused, incoming, handed-over or failed"),
                ("pause", "Let it stand still"),
                ("resume", "Let it run; a guest that was handed over comes back, when no other host runs it"),
                ("stop", "End it and free its device"),
                ("verify", "Hold its memory and its device's against the copy that its workload keeps"),
            ])
        {
            Argument<string> device = Device();
            var sub = new Command(verb, description) { device };
            sub.SetAction(parsed => Ask(verb, parsed.GetValue(device)!, null));
            command.Subcommands.Add(sub);
        }

        return command;
    }

    private static Command Start()
    {
        Argument<string> device = Device();
        var options = new Argument<string[]>("option")
        {
            Description = "memory=MB rate=STEPS_PER_SECOND seed=N pattern=uniform|hotspot|burst|idle",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var start = new Command("start", "Start one on a device") { device, options };
        start.SetAction(parsed => Ask("start", parsed.GetValue(device)!, string.Join(' ', parsed.GetValue(options) ?? [])));
        return start;
    }

    private static Argument<string> Device() => new("device") { Description = "HOST/DEVICE" };

    private static int Ask(string verb, string device, string? options) =>
        device.Split('/') is [{ Length: > 0 } host, { Length: > 0 } name]
            ? RunningHost.Print(host, found => new ControlRequest(ControlOperations.GuestPrefix + verb, found, name, Target: options))
            : CommonOptions.Fail($"'{device}' is not HOST/DEVICE");
}
