using System.CommandLine;

using VfioMigration.Control;
using VfioMigration.Control.Answers;
using VfioMigration.Control.Requests;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig guest VERB HOST/DEVICE</c>: a simulated guest that uses a device.</summary>
internal static class GuestCommand
{
    internal static Command Create() =>
        new("guest", "A simulated guest that uses a device: memory, a processor and a workload")
        {
            Start(),
            Ask("status", "Print its status: none, running, paused, incoming, handed-over or failed", ControlTable.GuestStatus, (host, name) => new GuestStatusRequest(host, name)),
            Do("pause", "Pause its processor", ControlTable.GuestPause, (host, name) => new GuestPauseRequest(host, name)),
            Do(
                "resume",
                "Resume it; takes back a guest that was handed over, if no other host runs it",
                ControlTable.GuestResume,
                (host, name) => new GuestResumeRequest(host, name)),
            Do("stop", "Stop it and close its device", ControlTable.GuestStop, (host, name) => new GuestStopRequest(host, name)),
            Ask(
                "verify",
                "Compare the memory of the guest and of its device with the workload's copy",
                ControlTable.GuestVerify,
                (host, name) => new GuestVerifyRequest(host, name)),
        };

    private static Command Start()
    {
        Argument<string> device = Device();
        var options = new Argument<string[]>("option")
        {
            Description = "memory=MB rate=STEPS_PER_SECOND seed=N pattern=uniform|hotspot|burst|idle",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var start = new Command("start", "Start a guest on a device") { device, options };
        start.SetAction(parsed => DeviceArgument.Parse(parsed.GetValue(device)!) is var (host, name)
            ? RunningHost.Do(host, ControlTable.GuestStart, _ => new GuestStartRequest(host, name, string.Join(' ', parsed.GetValue(options) ?? [])))
            : ExitStatus.Failure);
        return start;
    }

    private static Command Ask<TRequest>(
        string verb, string description, ControlOperation<TRequest, string> operation, Func<string, string, TRequest> request)
        where TRequest : class
    {
        Argument<string> device = Device();
        var command = new Command(verb, description) { device };
        command.SetAction(parsed => DeviceArgument.Parse(parsed.GetValue(device)!) is var (host, name)
            ? RunningHost.Print(host, operation, _ => request(host, name), static line => line)
            : ExitStatus.Failure);
        return command;
    }

    private static Command Do<TRequest>(
        string verb, string description, ControlOperation<TRequest, NoAnswer> operation, Func<string, string, TRequest> request)
        where TRequest : class
    {
        Argument<string> device = Device();
        var command = new Command(verb, description) { device };
        command.SetAction(parsed => DeviceArgument.Parse(parsed.GetValue(device)!) is var (host, name)
            ? RunningHost.Do(host, operation, _ => request(host, name))
            : ExitStatus.Failure);
        return command;
    }

    private static Argument<string> Device() => DeviceArgument.Create("device", "HOST/DEVICE");
}
