using System.CommandLine;

using VfioMigration.Control;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig migrate SRC DST</c>: moves a device, with the guest that uses it.</summary>
internal static class MigrateCommand
{
    internal static Command Create()
    {
        var source = new Argument<string>("src") { Description = "HOST/DEVICE" };
        var target = new Argument<string>("dst") { Description = "HOST/DEVICE, unix:PATH/HOST/DEVICE or tcp:NAME:PORT/HOST/DEVICE" };
        var options = new MigrationOptions();
        var command = new Command("migrate", "Move a device and its guest to another host, which has created a device for it") { source, target };
        options.AddTo(command);
        command.SetAction((parsed, cancelled) => Task.Run(
            () =>
            {
                string name = parsed.GetValue(source)!;
                using ControlClient? client = RunningHost.Connect(name.Split('/')[0], out _, out string problem);
                if (client is null)
                {
                    return CommonOptions.Fail(problem);
                }

                using CancellationTokenRegistration abort = cancelled.Register(client.Dispose);
                ControlRequest request = options.Read(parsed, new ControlRequest(ControlOperations.Migrate, Name: name, Target: parsed.GetValue(target)));
                return MigrationView.Show(client, request, options.Json(parsed), options.Report(parsed), Console.Out);
            },
            CancellationToken.None));
        return command;
    }
}
