using System.CommandLine;
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
        var kvm = new Option<bool>("--kvm")
        {
            Description = "Show /dev/kvm although the processor has no virtualization; programs then see a KVM that does not run",
        };
        var characterDevices = new Option<bool>("--chardev")
        {
            Description = "fstat(2) says that the files of /dev/vfio are character devices, for programs that insist; it costs each fstat some microseconds",
        };
        var root = new Option<string?>("--root")
        {
            Description = "Run the command in another root folder, which gets this /proc, /dev and /sys",
            HelpName = "DIR",
        };
        var command = new Command("run", "Run a command with the simulated tree as its /sys")
        {
            words, host, config, drivers, logFile, verbose, network, kvm, characterDevices, root,
        };
        command.SetAction((parsed, _) => Run(
            CommonOptions.Lab(parsed, config, drivers, logFile, verbose),
            parsed.GetValue(host),
            parsed.GetValue(words)!,
            new RunOptions(!parsed.GetValue(network), parsed.GetValue(kvm), parsed.GetValue(characterDevices), FullPath(parsed.GetValue(root)))));
        return command;
    }

    /// <summary>A working directory in the folder would be below what is mounted over it.</summary>
    private static string? FullPath(string? folder) => string.IsNullOrEmpty(folder) ? folder : Path.GetFullPath(folder);

    private static async Task<int> Run(LabApplicationOptions options, string? hostName, string[] command, RunOptions wanted)
    {
        if (wanted.Root is { } root && !Directory.Exists(root))
        {
            return CommonOptions.Fail($"--root {root}: no such folder");
        }

        using CallersInput input = CallersInput.Take();
        string? whyNotJoined = null;
        if (hostName is not null && options.ConfigurationFile is null)
        {
            RunningHostLookup found = RunningDaemons.Find(hostName);
            if (found.Socket is { } socket)
            {
                return await OnOneThread(() => Enter(new JoinedHost(socket, hostName), input, command, wanted));
            }

            if (found.IsUndecided)
            {
                return CommonOptions.Fail($"--host {hostName}: {found.Problem}");
            }

            whyNotJoined = found.Problem;
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
                return CommonOptions.Fail($"--host {hostName}: neither a running nor a configured host; configured: {known}{(whyNotJoined is null ? "" : $"; {whyNotJoined}")}");
            }

            problems = await application.Start(directory: null);
            if (problems.Count > 0)
            {
                return CommonOptions.Fail(problems);
            }

            return await OnOneThread(() => Enter(new OwnHost(application, host), input, command, wanted));
        }
    }

    /// <summary>The thread lives until the command has ended: the kernel takes its end for that of the command's parent.</summary>
    private static Task<int> OnOneThread(Func<int> body)
    {
        var result = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                result.SetResult(body());
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        });
        thread.Start();
        return result.Task;
    }

    private static int Enter(ISeenHost host, CallersInput input, string[] command, RunOptions wanted)
    {
        using var setup = new NamespaceSetup(host, input);

        // The terminal sends these two to the command as well.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, static context => context.Cancel = true);
        ChildProcess? child = setup.Start(wanted, out string? problem);
        if (child is null)
        {
            return CommonOptions.Fail(problem!);
        }

        using PosixSignalRegistration terminate = PassOn(PosixSignal.SIGTERM, ProcessImage.SIGTERM, child);
        using PosixSignalRegistration hangUp = PassOn(PosixSignal.SIGHUP, ProcessImage.SIGHUP, child);
        problem = setup.Serve(child, command.Length);
        if (problem is not null)
        {
            setup.Dispose();
            child.Wait();
            return problem.Length == 0 ? ExitStatus.Failure : CommonOptions.Fail(problem);
        }

        return child.Wait(stopped: () => StopWith(child));
    }

    /// <summary>Job control: when the command stops, so does this process, which the shell waits for; continued, it continues the command.</summary>
    private static void StopWith(ChildProcess child)
    {
        using var continued = new ManualResetEventSlim();
        using PosixSignalRegistration resume = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => continued.Set());
        ProcessImage.Kill(Environment.ProcessId, ProcessImage.SIGSTOP);
        continued.Wait();
        ProcessImage.Kill(child.Id, ProcessImage.SIGCONT);
    }

    private static PosixSignalRegistration PassOn(PosixSignal signal, int number, ChildProcess child) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        ProcessImage.Kill(child.Id, number);
    });
}
