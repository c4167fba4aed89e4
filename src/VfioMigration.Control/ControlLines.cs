namespace VfioMigration.Control;

/// <summary>
/// The lines of an answer. One that begins with a single dot is about the operation; every other one is part of the answer, with a
/// leading dot doubled.
/// </summary>
public static class ControlLines
{
    /// <summary>The last line of a success.</summary>
    public const string Ok = ".ok";

    /// <summary>Begins the last line of a failure; a message follows.</summary>
    public const string Error = ".error ";

    /// <summary>The daemon has accepted the request; see <see cref="ReadyFor"/>.</summary>
    public const string Ready = ".ready";

    /// <summary>The last line of an answer: success for null, else the message.</summary>
    public static string End(string? problem) => problem is null ? Ok : Error + problem.ReplaceLineEndings(" ");

    internal static string Escape(string text) =>
        text.Contains('\n') ? string.Join('\n', text.Split('\n').Select(EscapeLine)) : EscapeLine(text);

    internal static string Unescape(string line) => line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line;

    private static string EscapeLine(string line) => line.StartsWith('.') ? "." + line : line;
}
