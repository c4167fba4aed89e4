using System.CommandLine;

using VfioMigration.Control;
using VfioMigration.Control.Requests;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig migrate SRC DST</c>: moves a device, with the guest that uses it.</summary>
internal static class MigrateCommand
{
    internal static Command Create()
    {
        Argument<string> source = DeviceArgument.Create("src", "HOST/DEVICE");
        var target = new Argument<string>("dst") { Description = "HOST/DEVICE, unix:PATH/HOST/DEVICE or tcp:NAME:PORT/HOST/DEVICE" };
        var options = new MigrationOptions();
        var command = new Command("migrate", "Migrate a device and its guest to a device that exists on another host") { source, target };
        options.AddTo(command);
        command.SetAction((parsed, cancelled) => Task.Run(
            () =>
            {
                if (DeviceArgument.Parse(parsed.GetValue(source)!) is not var (host, device))
                {
                    return ExitStatus.Failure;
                }

                if (MigrationAddress.Parse(parsed.GetValue(target)!, out string? problem) is null)
                {
                    return CommonOptions.Fail(problem!);
                }

                using ControlClient? client = RunningHost.Connect(host, out _, out problem, isPatient: true);
                if (client is null)
                {
                    return CommonOptions.Fail(problem!);
                }

                using var interruption = new Interruption(client.Cancel);
                var request = new MigrateRequest(
                    host,
                    device,
                    parsed.GetValue(target)!,
                    options.MaxRounds(parsed),
                    options.DowntimeMilliseconds(parsed),
                    options.BytesPerSecond(parsed),
                    options.Unchecked(parsed));
                var view = new MigrationView(options.Json(parsed), options.Report(parsed), $"{host}/{device}", request.Target, Console.Out);
                return view.Show(client, client.Ask(ControlTable.Migrate, request));
            },
            CancellationToken.None));
        return command;
    }
}
