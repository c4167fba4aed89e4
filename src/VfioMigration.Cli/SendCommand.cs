using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

using VfioMigration.Control;

namespace VfioMigration.Cli;

/// <summary>
/// <c>vfiomig send SRC [-- COMMAND...]</c>: sends a device on standard output, or to a command whose output is the answer.
/// </summary>
internal static class SendCommand
{
    internal static Command Create()
    {
        var source = new Argument<string>("src") { Description = "HOST/DEVICE" };
        var words = new Argument<string[]>("command")
        {
            Description = "Talk to this program's standard input and output instead, such as: -- ssh other vfiomig receive HOST/DEVICE",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var options = new MigrationOptions();
        var command = new Command("send", "Send a device and its guest to a pipe; 'vfiomig receive' takes it there") { source, words };
        options.AddTo(command);
        command.SetAction((parsed, cancelled) => Task.Run(
            () => Send(parsed.GetValue(source)!, parsed.GetValue(words) ?? [], options, parsed, cancelled), CancellationToken.None));
        return command;
    }

    private static int Send(string source, string[] words, MigrationOptions options, ParseResult parsed, CancellationToken cancelled)
    {
        if (words.Length == 0 && !Console.IsOutputRedirected)
        {
            return CommonOptions.Fail("the stream goes to standard output, which is a terminal; redirect it, or name a command after --");
        }

        using ControlClient? client = RunningHost.Connect(source.Split('/')[0], out _, out string problem);
        if (client is null)
        {
            return CommonOptions.Fail(problem);
        }

        using CancellationTokenRegistration abort = cancelled.Register(client.Dispose);
        ControlRequest request = options.Read(
            parsed, new ControlRequest(ControlOperations.SendOverDescriptors, Name: source, OneWay: words.Length == 0));
        if (words.Length == 0)
        {
            using SafeFileHandle nothing = File.OpenHandle("/dev/null");
            using var output = new SafeFileHandle(1, ownsHandle: false);
            return Show(client, request, options, parsed, nothing, output);
        }

        using Process? process = Start(words, out string? unstarted);
        if (process is null)
        {
            return CommonOptions.Fail(unstarted!);
        }

        int status = Show(client, request, options, parsed, HandleOf(process.StandardOutput.BaseStream), HandleOf(process.StandardInput.BaseStream));
        process.StandardInput.Close();
        process.WaitForExit();
        return status;
    }

    /// <summary>After the daemon's first line it gets the descriptors, and this process lets go of the writing one: its end must be seen.</summary>
    private static int Show(ControlClient client, ControlRequest request, MigrationOptions options, ParseResult parsed, SafeHandle input, SafeHandle output) =>
        MigrationView.Show(
            client, request, options.Json(parsed), options.Report(parsed), Console.Error, () => client.SendDescriptors(input, output));

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
