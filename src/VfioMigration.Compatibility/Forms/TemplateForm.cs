using System.Text.RegularExpressions;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sysfs;

namespace VfioMigration.Compatibility.Forms;

/// <summary>
/// A version string made of literals and fields: <c>mtty-{software_version}-ports={ports:[0-9]+}</c>. Behind the colon stands what a value
/// may look like, as a regular expression without groups of its own; without one it is anything but a dash.
/// </summary>
public sealed partial class TemplateForm : IVersionForm
{
    private readonly Regex reader;
    private readonly string[] names;
    private readonly string writer;

    public TemplateForm(string template)
    {
        names = [.. Field().Matches(template).Select(field => field.Groups["name"].Value)];
        writer = Field().Replace(template, field => $"{{{field.Groups["name"].Value}}}");
        Expectation = $"a string of the form {Field().Replace(template, field => field.Groups["name"].Value.ToUpperInvariant())}";

        // Strings come from anybody: matching takes time in proportion to their length, whatever they contain.
        reader = new Regex($"^{string.Concat(Pieces(template))}\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
    }

    public string Expectation { get; }

    public string Write(DeviceDescription description)
    {
        string text = writer;
        foreach (string name in names)
        {
            text = text.Replace($"{{{name}}}", description[name], StringComparison.Ordinal);
        }

        return text;
    }

    public DeviceDescription? Read(ReadOnlySpan<byte> text, DeviceDescription like)
    {
        Match match = reader.Match(SysfsText.Printable(text));
        return !match.Success ? null : like.With(names.ToDictionary(static name => name, name => match.Groups[name].Value));
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
