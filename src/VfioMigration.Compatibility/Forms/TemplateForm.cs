using System.Text;
using System.Text.RegularExpressions;

using VfioMigration.Compatibility.Descriptions;

namespace VfioMigration.Compatibility.Forms;

/// <summary>
/// A version string made of literals and fields: <c>mtty-{software_version}-ports={ports:[0-9]+}</c>. Behind the colon stands what a value
/// may look like, as a regular expression without groups of its own; without one it is anything but a dash.
/// </summary>
public sealed partial class TemplateForm : IVersionForm
{
    private readonly Regex reader;
    private readonly string[] names;
    private readonly string template;

    public TemplateForm(string template)
    {
        names = [.. Field().Matches(template).Select(field => field.Groups["name"].Value)];
        this.template = template;
        Expectation = $"a string of the form {Field().Replace(template, field => field.Groups["name"].Value.ToUpperInvariant())}";

        // Strings come from anybody: matching takes time in proportion to their length, whatever they contain.
        reader = new Regex($"^{string.Concat(Pieces(template))}\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
    }

    public string Expectation { get; }

    public string Write(DeviceDescription description)
    {
        // In one pass: a value that looks like a field is a value.
        return Field().Replace(template, field => description[field.Groups["name"].Value] ?? "");
    }

    public DeviceDescription? Read(ReadOnlySpan<byte> text, DeviceDescription like)
    {
        string whole = Encoding.Latin1.GetString(text);
        Match match = reader.Match(whole);
        return match.Success && MigrationVersionString.FindProblem(whole) is null
            ? like.With(names.ToDictionary(static name => name, name => match.Groups[name].Value))
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
