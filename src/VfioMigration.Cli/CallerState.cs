using System.Globalization;

using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary>What the runtime has changed of the process before the first line of the program ran, as the launcher (vfiomig.sh) found it.</summary>
/// <param name="IgnoresBrokenPipes">Whether SIGPIPE was ignored.</param>
/// <param name="OpenFiles">The soft limit of open files; null for none.</param>
/// <param name="Diagnostics">The caller's value of <see cref="DiagnosticsVariable"/>; null for none.</param>
internal sealed record CallerState(bool IgnoresBrokenPipes, ulong? OpenFiles, string? Diagnostics)
{
    /// <summary>Set by the launcher: ignored signals in hexadecimal, the limit or <c>unlimited</c>, and the value of <see cref="DiagnosticsVariable"/>, which may be missing.</summary>
    internal const string Variable = "VFIOMIG_CALLER";

    /// <summary>The launcher sets it to 0 for <c>run</c>.</summary>
    internal const string DiagnosticsVariable = "DOTNET_EnableDiagnostics";

    /// <summary>Of the text of <see cref="Variable"/>; what is usual when it is missing.</summary>
    internal static CallerState Parse(string? text)
    {
        string[] words = (text ?? "").Split(' ');
        _ = ulong.TryParse(words[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong ignored);
        return new CallerState(
            (ignored & (1UL << (ProcessImage.SIGPIPE - 1))) != 0,
            words.Length > 1 && ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong files) ? files : null,
            words.Length > 2 && words[2].Length > 0 ? words[2] : null);
    }

    /// <summary>Gives this process what a command is to inherit.</summary>
    internal void Restore()
    {
        ProcessImage.SetIgnored(ProcessImage.SIGPIPE, IgnoresBrokenPipes);
        if (OpenFiles is { } files)
        {
            ProcessImage.SetOpenFileLimit(files);
        }
    }
}
