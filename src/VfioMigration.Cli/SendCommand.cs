using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

using VfioMigration.Control;
using VfioMigration.Control.Requests;
using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary>
/// <c>vfiomig send SRC [-- COMMAND...]</c>: sends a device on standard output, or to a command whose output is the answer.
/// </summary>
internal static class SendCommand
{
    /// <summary>For a command to end after its streams did, and again after SIGTERM.</summary>
    private static readonly TimeSpan CommandTime = TimeSpan.FromSeconds(5);

    internal static Command Create()
    {
        Argument<string> source = DeviceArgument.Create("src", "HOST/DEVICE");
        var words = new Argument<string[]>("command")
        {
            Description = "Run this program and use its standard input and output as the stream, for example: -- ssh other vfiomig receive HOST/DEVICE",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var options = new MigrationOptions();
        var command = new Command("send", "Send a device and its guest to standard output, for 'vfiomig receive'") { source, words };
        options.AddTo(command);
        command.SetAction((parsed, _) => Task.Run(
            () => Send(parsed.GetValue(source)!, parsed.GetValue(words) ?? [], options, parsed), CancellationToken.None));
        return command;
    }

    private static int Send(string source, string[] words, MigrationOptions options, ParseResult parsed)
    {
        if (words.Length == 0 && !Console.IsOutputRedirected)
        {
            return CommonOptions.Fail("standard output is a terminal; redirect it, or name a command after --");
        }

        if (DeviceArgument.Parse(source) is not var (host, device))
        {
            return ExitStatus.Failure;
        }

        using ControlClient? client = RunningHost.Connect(host, out _, out string? problem, isPatient: true);
        if (client is null)
        {
            return CommonOptions.Fail(problem!);
        }

        using var interruption = new Interruption(client.Cancel);
        var view = new MigrationView(options.Json(parsed), options.Report(parsed), source, "the other end of the stream", Console.Error);
        var request = new SendDescriptorsRequest(
            host,
            device,
            OneWay: words.Length == 0,
            options.MaxRounds(parsed),
            options.DowntimeMilliseconds(parsed),
            options.BytesPerSecond(parsed),
            options.Unchecked(parsed));
        if (words.Length == 0)
        {
            using SafeFileHandle nothing = File.OpenHandle("/dev/null");
            using var output = new SafeFileHandle(1, ownsHandle: false);
            return Show(client, request, view, nothing, output);
        }

        using Process? process = Start(words, out string? unstarted);
        if (process is null)
        {
            return CommonOptions.Fail(unstarted!);
        }

        int status = Show(client, request, view, HandleOf(process.StandardOutput.BaseStream), HandleOf(process.StandardInput.BaseStream));
        bool hadEnded = process.HasExited;
        End(process);
        return status == ExitStatus.Success ? status
            : hadEnded || process.ExitCode != 0 ? CommonOptions.Fail($"{words[0]} ended with exit status {process.ExitCode}")
            : status;
    }

    /// <summary>The migration is over, and so is the command's work: it sees the end of both streams, and is ended when that does not tell it.</summary>
    private static void End(Process process)
    {
        process.StandardInput.Close();
        process.StandardOutput.Close();
        if (!process.WaitForExit(CommandTime))
        {
            ProcessImage.Kill(process.Id, ProcessImage.SIGTERM);
        }

        if (!process.WaitForExit(CommandTime))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private static int Show(ControlClient client, SendDescriptorsRequest request, MigrationView view, SafeHandle input, SafeHandle output) =>
        view.Show(client, client.Ask(ControlTable.SendDescriptors, request, () => client.SendDescriptors(input, output)));

    private static Process? Start(string[] words, out string? problem)
    {
        try
        {
            problem = null;
            var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            problem = $"{words[0]}: {error.Message}";
            return null;
        }
    }

    private static SafeHandle HandleOf(Stream pipe) => pipe switch
    {
        FileStream file => file.SafeFileHandle,
        System.IO.Pipes.PipeStream ends => ends.SafePipeHandle,
        _ => throw new InvalidOperationException($"a pipe of a process is a {pipe.GetType().Name}"),
    };
}
