using System.Text;
using System.Text.RegularExpressions;

using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Forms;

/// <summary>
/// A version string made of literals and fields: <c>mtty-{software_version}-ports={ports:[0-9]+}</c>. Behind the colon stands what a value
/// may look like, as a regular expression without groups of its own; without one it is anything but a dash. The expressions are made when
/// they are needed first, because making them is a large part of loading a driver.
/// </summary>
public sealed partial class TemplateForm(string template) : IVersionForm
{
    public string Expectation => field ??= $"a string of the form {Field().Replace(template, static match => match.Groups["name"].Value.ToUpperInvariant())}";

    private string[] Names => field ??= [.. Field().Matches(template).Select(static match => match.Groups["name"].Value)];

    /// <summary>Strings are untrusted: matching takes time in proportion to their length, whatever they contain.</summary>
    private Regex Reader => field ??= new Regex(
        $"^{string.Concat(Pieces(template))}\\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    public string Write(DeviceDescription description)
    {
        // In one pass: a value that looks like a field is a value.
        return Field().Replace(template, field => description[field.Groups["name"].Value] ?? "");
    }

    public DeviceDescription? Read(ReadOnlySpan<byte> text, DeviceDescription like)
    {
        string whole = Encoding.Latin1.GetString(text);
        Match match = Reader.Match(whole);
        return match.Success && MigrationVersionString.FindProblem(whole) is null
            ? like.With(Names.ToDictionary(static name => name, name => match.Groups[name].Value))
            : null;
    }

    private static IEnumerable<string> Pieces(string template)
    {
        int at = 0;
        foreach (Match field in Field().Matches(template))
        {
            yield return Regex.Escape(template[at..field.Index]);
            yield return $"(?<{field.Groups["name"].Value}>{(field.Groups["pattern"].Success ? field.Groups["pattern"].Value : "[!-,.-~]+")})";
            at = field.Index + field.Length;
        }

        yield return Regex.Escape(template[at..]);
    }

    /// <summary>A pattern may contain braces of its own, as in <c>[0-9a-f]{4}</c>.</summary>
    [GeneratedRegex(@"\{(?<name>[a-z_]+)(:(?<pattern>([^{}]|\{[0-9,]+\})+))?\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();
}
