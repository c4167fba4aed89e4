using System.Text;
using System.Text.Json.Nodes;

using VfioMigration.Compatibility;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Uapi;

namespace VfioMigration.Vendors.External;

/// <summary>Queries the program. Every answer is checked: the program may return invalid values, hang or have exited.</summary>
/// <param name="program">The driver.</param>
/// <param name="vendor">Begins reasons that are not the program's own.</param>
/// <param name="type">The type's name.</param>
/// <param name="uuid">Of the device; null for the type.</param>
internal sealed class ExternalCompatibility(ExternalProgram program, string vendor, string type, string? uuid) : IMigrationCompatibility
{
    public Result<string> GetVersion() =>
        !program.Ask("version", Node()).TryGet(out JsonObject answer, out Errno error) ? error
        : Text(answer, "version") is { } version ? version
        : program.ReportMalformed("version", "no 'version' of printable ASCII");

    public Verdict Judge(ReadOnlySpan<byte> remote)
    {
        JsonObject question = Node();

        // Every byte a character, so that nothing is lost.
        question["remote"] = Encoding.Latin1.GetString(remote);
        if (!program.Ask("judge", question).TryGet(out JsonObject answer, out Errno error))
        {
            return NoAnswer(error, $"gave no answer ({program.Errnos.NameOf(error)})");
        }

        string rule = Text(answer, "rule") ?? "rule";
        string reason = Text(answer, "reason") ?? "the program gives no reason";
        reason = reason.StartsWith(vendor + ": ", StringComparison.Ordinal) ? reason : $"{vendor}: {reason}";
        return Text(answer, "verdict") switch
        {
            "compatible" => Verdict.Compatible(rule, reason),
            "plausible" => Verdict.Plausible(rule, reason),
            "incompatible" => Verdict.Incompatible(answer["errno"] is null ? Errno.EINVAL : program.ErrnoOf("judge", answer), rule, reason) with
            {
                Alternatives = Alternatives(answer),
                LocalVersion = Text(answer, "version") is { } version ? version : default(Result<string>?),
            },
            _ => NoAnswer(program.ReportMalformed("judge", "no 'verdict' of compatible, plausible or incompatible"), "gave no valid verdict"),
        };
    }

    public Result<DeviceDescription> Describe()
    {
        if (!program.Ask("describe", Node()).TryGet(out JsonObject answer, out Errno error))
        {
            return error;
        }

        var fields = new List<DescriptionField>();
        foreach (JsonNode? field in answer["fields"] as JsonArray ?? [])
        {
            if (field is not JsonObject said
                || Text(said, "name") is not { } name
                || Text(said, "value") is not { } value
                || !Enum.TryParse(Text(said, "kind") ?? nameof(FieldKind.Identity), ignoreCase: true, out FieldKind kind)
                || !IsName(name)
                || fields.Any(known => known.Name == name))
            {
                return Errno.EPROTO;
            }

            fields.Add(new DescriptionField(name, value, kind));
        }

        return fields.Count > 0 ? new DeviceDescription(vendor, fields) : Errno.EOPNOTSUPP;
    }

    public IReadOnlyList<DeviceDescription> GetAlternatives() => Describe().TryGet(out DeviceDescription own) ? [own] : [];

    public string Spell(DeviceDescription description) => GetVersion().TryGet(out string version) ? version : description.ToString();

    /// <summary>The program has just failed to answer; the report of that sends no further request.</summary>
    private Verdict NoAnswer(Errno error, string what) =>
        Verdict.Incompatible(error, "no-answer", $"{vendor}: the driver's program {what}") with { LocalVersion = error };

    private JsonObject Node() => ExternalProgram.Subject(type, uuid);

    private static IReadOnlyList<string> Alternatives(JsonObject answer) =>
        [.. (answer["alternatives"] as JsonArray ?? []).Select(static one => (one as JsonValue)?.TryGetValue(out string? text) == true ? text : null).OfType<string>().Take(64)];

    private static string? Text(JsonObject answer, string name) =>
        answer[name] is JsonValue value && value.TryGetValue(out string? text) && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : null;

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
