using System.Diagnostics;

namespace VfioMigration.Benchmarks.Processes;

/// <summary>Programs that run to their end.</summary>
internal static class BenchmarkProcess
{
    /// <summary>What the program printed, trimmed. Throws <see cref="BenchmarkException"/> when it failed.</summary>
    internal static string Output(string program, params IEnumerable<string> arguments) => OutputIn(null, program, arguments);

    /// <summary>As <see cref="Output"/>, started in a directory.</summary>
    internal static string OutputIn(string? directory, string program, params IEnumerable<string> arguments) =>
        TryRun(directory, program, arguments, out string output)
            ? output
            : throw new BenchmarkException($"{program} {string.Join(' ', arguments)}: {output}");

    /// <summary>False when the program failed; then the text is what it complained about.</summary>
    internal static bool TryRun(string? directory, string program, IEnumerable<string> arguments, out string output)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        bool succeeded = process.ExitCode == 0;
        output = succeeded ? output : $"exit {process.ExitCode}: {output}\n{errors.Result}".Trim();
        return succeeded;
    }
}
