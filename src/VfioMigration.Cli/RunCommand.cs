using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;

using VfioMigration.Control;
using VfioMigration.Daemon;
using VfioMigration.Lab;
using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary>
/// <c>vfiomig run [--host NAME] [--config FILE] -- CMD ARGS</c>: runs a command to which /sys is the simulated tree. The command runs in
/// namespaces of its own; this process stays outside and serves them.
/// </summary>
internal static class RunCommand
{
    internal static Command Create()
    {
        var words = new Argument<string[]>("command") { Description = "The command and its arguments, after --", Arity = ArgumentArity.OneOrMore };
        Option<string?> host = CommonOptions.Host("The host to use: a running one, or one of the configuration when --config is given");
        Option<string?> config = CommonOptions.Config();
        Option<string?> drivers = CommonOptions.Drivers();
        Option<string?> logFile = CommonOptions.LogFile();
        Option<bool> verbose = CommonOptions.Verbose();
        var network = new Option<bool>("--share-net")
        {
            Description = "Stay in the current network namespace; the command then gets no uevents over netlink",
        };
        var command = new Command("run", "Run a command with the simulated tree as its /sys")
        {
            words, host, config, drivers, logFile, verbose, network,
        };
        command.SetAction((parsed, _) => Run(
            CommonOptions.Lab(parsed, config, drivers, logFile, verbose),
            parsed.GetValue(host),
            parsed.GetValue(words)!,
            !parsed.GetValue(network)));
        return command;
    }

    private static async Task<int> Run(LabApplicationOptions options, string? hostName, string[] command, bool privateNetwork)
    {
        if (hostName is not null && options.ConfigurationFile is null && RunningDaemons.Find(hostName) is { Socket: { } socket })
        {
            return Enter(new JoinedHost(socket, hostName), command, privateNetwork);
        }

        if (LabProcess.TryCreate(options, out IReadOnlyList<string> problems) is not { } application)
        {
            return CommonOptions.Fail(problems);
        }

        await using (application)
        {
            Host? host = hostName is null ? application.Lab.Hosts[0] : application.Lab.Find(hostName);
            if (host is null)
            {
                string known = string.Join(", ", application.Lab.Hosts.Select(h => h.Name));
                return CommonOptions.Fail($"--host {hostName}: neither a running nor a configured host; configured: {known}");
            }

            await application.Start(directory: null);
            return await Task.Run(() => Enter(new OwnHost(application, host), command, privateNetwork));
        }
    }

    private static int Enter(ISeenHost host, string[] command, bool privateNetwork)
    {
        using var setup = new NamespaceSetup(host);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using Process? child = setup.Start(command, privateNetwork, out string? problem);
        if (child is null)
        {
            return CommonOptions.Fail(problem!);
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            ProcessImage.Kill(child.Id, ProcessImage.SIGTERM);
        });
        problem = setup.Serve(child);
        child.WaitForExit();
        return problem is null ? child.ExitCode : CommonOptions.Fail(problem);
    }
}
