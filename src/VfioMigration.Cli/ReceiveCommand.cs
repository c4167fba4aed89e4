using System.CommandLine;

using Microsoft.Win32.SafeHandles;

using VfioMigration.Control;
using VfioMigration.Control.Requests;

namespace VfioMigration.Cli;

/// <summary><c>vfiomig receive DST</c>: takes from standard input what <c>vfiomig send</c> sent; answers go to standard output.</summary>
internal static class ReceiveCommand
{
    internal static Command Create()
    {
        Argument<string> target = DeviceArgument.Create("dst", "HOST/DEVICE, an existing device that is not in use");
        var command = new Command("receive", "Receive a device and its guest from 'vfiomig send' on standard input") { target };
        command.SetAction((parsed, _) => Task.Run(() => Receive(parsed.GetValue(target)!), CancellationToken.None));
        return command;
    }

    private static int Receive(string target)
    {
        if (!Console.IsInputRedirected)
        {
            return CommonOptions.Fail("standard input is a terminal; connect it to the output of 'vfiomig send'");
        }

        if (DeviceArgument.Parse(target) is not var (host, device))
        {
            return ExitStatus.Failure;
        }

        using ControlClient? client = RunningHost.Connect(host, out _, out string? problem, isPatient: true);
        if (client is null)
        {
            return CommonOptions.Fail(problem!);
        }

        using var interruption = new Interruption(client.Cancel);
        using var input = new SafeFileHandle(0, ownsHandle: false);
        using var output = new SafeFileHandle(1, ownsHandle: false);
        bool ok = client.Do(ControlTable.ReceiveDescriptors, new ReceiveDescriptorsRequest(host, device), () => client.SendDescriptors(input, output));
        return ok ? ExitStatus.Success : CommonOptions.Fail(client.Error!);
    }
}
