using System.Diagnostics;

namespace VfioMigration.Integration.Tests.Support;

/// <summary>Runs vfiomig and shells as a user would, with time limits that only a defect reaches.</summary>
internal static class Program
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The program as it was built with these tests.</summary>
    internal static string Path { get; } = System.IO.Path.Combine(
        Repository.Root,
        "src/VfioMigration.Cli/bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        "net10.0/vfiomig");

    /// <summary>Words before a command that is to run as an ordinary user: none when the tests already do.</summary>
    internal static string AsOrdinaryUser => Environment.IsPrivilegedProcess ? "setpriv --reuid nobody --regid nogroup --clear-groups" : "";

    /// <summary>A folder for control sockets that no other test uses.</summary>
    internal static string NewRuntimeFolder() => Directory.CreateTempSubdirectory("vfiomig-runtime-").FullName;

    internal static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        string file = program.Contains('/') ? program : System.IO.Path.Combine(DeclaredPrograms.Folder, program);
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PATH"] = DeclaredPrograms.Folder;
        foreach ((string key, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for the end and returns exit status, standard output and standard error.</summary>
    internal static (int Status, string Output, string Errors) Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} did not end");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    internal static (int Status, string Output, string Errors) Vfiomig(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        using Process process = Start(Path, arguments, environment);
        return Finish(process);
    }

    internal static (int Status, string Output, string Errors) Bash(string script, string? workingDirectory = null)
    {
        using Process process = Start("/bin/bash", ["-c", workingDirectory is null ? script : $"cd '{workingDirectory}' && {script}"]);
        return Finish(process);
    }

    /// <summary>Reads lines until one contains the text; fails when the program ends before.</summary>
    internal static void WaitForLine(StreamReader reader, string text)
    {
        Task<bool> found = Task.Run(() =>
        {
            while (reader.ReadLine() is { } line)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        });
        Assert.True(found.Wait(Limit) && found.Result, $"'{text}' was not printed");
    }
}
