using System.CommandLine;
using System.Diagnostics;

using VfioMigration.Control;
using VfioMigration.Daemon;

namespace VfioMigration.Cli;

/// <summary>
/// <c>vfiomig demo</c>: mounts two hosts, runs a short story in a shell and prints each command with its output. Every run prints the
/// same, so that documents can quote it and a test can compare.
/// </summary>
internal static class DemoCommand
{
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
    private const string Gpu = "class/mdev_bus/0000:00:02.0/mdev_supported_types";
    private static readonly string[] HostNames = ["alpha", "beta"];

    /// <summary>A command with the exit status that it must have.</summary>
    private static readonly (string Comment, string Command, int Status)[] Story =
    [
        ("two hosts are mounted side by side", "ls", 0),
        ("the mdev types of alpha's graphics card", $"ls alpha/{Gpu}", 0),
        ("the version string of one type", $"cat alpha/{Gpu}/i915-GVTg_V5_4/migration_version", 0),
        ("create a device of this type on each host", $"echo {Uuid} > alpha/{Gpu}/i915-GVTg_V5_4/create", 0),
        ("", $"echo {Uuid} > beta/{Gpu}/i915-GVTg_V5_4/create", 0),
        ("both types share the resources of the card", $"cat alpha/{Gpu}/i915-GVTg_V5_8/available_instances", 0),
        ("read on the source, write on the target: no error means compatible", $"cat alpha/bus/mdev/devices/{Uuid}/migration_version > beta/bus/mdev/devices/{Uuid}/migration_version", 0),
        ("the state of another card is refused", "cat alpha/class/mdev_bus/0000:00:03.0/mdev_supported_types/i915-GVTg_V5_4/migration_version", 0),
        ("", $"echo 8086-193b-GVTg_V5_4-00000001 > beta/bus/mdev/devices/{Uuid}/migration_version", 1),
        ("the kernel log of the target has the reason", "vfiomig dmesg --notime --host beta | tail -n 1 | fold -s -w 100", 0),
        ("remove both devices", $"echo 1 | tee alpha/bus/mdev/devices/{Uuid}/remove beta/bus/mdev/devices/{Uuid}/remove", 0),
        ("", $"cat alpha/{Gpu}/i915-GVTg_V5_8/available_instances", 0),
    ];

    internal static Command Create()
    {
        Option<string?> drivers = CommonOptions.Drivers();
        var command = new Command("demo", "Run a ten-second demonstration: two hosts, a migration check, a refusal") { drivers };
        command.SetAction((parsed, _) => Run(parsed.GetValue(drivers)));
        return command;
    }

    private static async Task<int> Run(string? drivers)
    {
        // Refusals are part of the demonstration and come from dmesg, so there is no console log.
        var options = new LabApplicationOptions(DriversPath: drivers, RenameHosts: HostNames, Quiet: true);
        if (LabProcess.TryCreate(options, out IReadOnlyList<string> problems) is not { } application)
        {
            return CommonOptions.Fail(problems);
        }

        string directory = Directory.CreateTempSubdirectory("vfiomig-demo-").FullName;
        await using (application)
        {
            problems = await application.Start(directory);
            if (problems.Count > 0)
            {
                return CommonOptions.Fail(problems);
            }

            foreach ((string comment, string command, int status) in Story.TakeWhile(_ => !application.Stopping.IsCancellationRequested))
            {
                if (PrintStep(comment, command, directory, application.SocketPath) != status)
                {
                    problems = [$"the demonstration failed at: {command}"];
                    break;
                }
            }
        }

        Directory.Delete(directory);
        return problems.Count == 0 ? ExitStatus.Success : CommonOptions.Fail(problems);
    }

    /// <summary>The exit status of the command.</summary>
    private static int PrintStep(string comment, string command, string directory, string socket)
    {
        if (comment.Length > 0)
        {
            Console.WriteLine($"# {comment}");
        }

        Console.WriteLine($"$ {command}");
        var start = new ProcessStartInfo(File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh") { WorkingDirectory = directory, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec 2>&1; {command}");
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:{SelfCommand.Folder}";
        start.Environment["LC_ALL"] = "C";
        start.Environment[RunningDaemons.SocketVariable] = socket;
        using Process shell = Process.Start(start)!;
        Console.Write(shell.StandardOutput.ReadToEnd());
        shell.WaitForExit();
        if (shell.ExitCode != 0)
        {
            Console.WriteLine($"(exit status {shell.ExitCode})");
        }

        return shell.ExitCode;
    }
}
