using System.Globalization;

using VfioMigration.Posix;

namespace VfioMigration.Cli;

/// <summary>What the runtime has changed of the process before the first line of the program ran, as the launcher (vfiomig.sh) found it.</summary>
/// <param name="Ignored">Signals that were ignored, as in <c>/proc/PID/status</c>: bit 0 is signal 1.</param>
/// <param name="Blocked">Signals that were blocked.</param>
/// <param name="OpenFiles">The soft limit of open files; null for none.</param>
internal sealed record CallerState(ulong Ignored, ulong Blocked, ulong? OpenFiles)
{
    /// <summary>Set by the launcher: ignored and blocked signals in hexadecimal, the limit or <c>unlimited</c>.</summary>
    internal const string Variable = "VFIOMIG_CALLER";

    /// <summary>Set by the launcher: the caller's environment, <c>NAME=value</c> and NUL each, in base64; empty when it is too large.</summary>
    internal const string EnvironmentVariable = "VFIOMIG_ENVIRON";

    /// <summary>The launcher sets it to 0 for <c>run</c>.</summary>
    internal const string DiagnosticsVariable = "DOTNET_EnableDiagnostics";

    /// <summary>Of the text of <see cref="Variable"/>; what is usual when it is missing.</summary>
    internal static CallerState Parse(string? text)
    {
        string[] words = (text ?? "").Split(' ');
        return new CallerState(
            Signals(words[0]),
            words.Length > 1 ? Signals(words[1]) : 0,
            words.Length > 2 && ulong.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong files) ? files : null);
    }

    /// <summary>Gives this process what a command is to inherit. The calling thread is the one that becomes the command.</summary>
    internal void Restore()
    {
        ProcessImage.SetSignals(Ignored, Blocked);
        if (OpenFiles is { } files)
        {
            ProcessImage.SetOpenFileLimit(files);
        }
    }

    private static ulong Signals(string text)
    {
        _ = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong signals);
        return signals;
    }
}
