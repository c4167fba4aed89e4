using System.Text.Json;
using System.Text.Json.Nodes;

using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Compatibility.Judging;

namespace VfioMigration.Compatibility.Dialects;

/// <summary>
/// <c>devlink_info</c>: what <c>devlink -j dev info</c> prints, as a file (P15, R46: proposed August 2020 as another channel; not merged for migration). What
/// identifies the hardware is under <c>fixed</c>, the rest under <c>running</c>.
/// </summary>
public sealed class DevlinkDialect() : DescriptionDialect("devlink", "proposed August 2020 (Jason Wang, Jiri Pirko, P15), not merged")
{
    private const string AttributeName = "devlink_info";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public override DialectAnswer? Ask(INodeFiles source, INodeFiles target) =>
        Fields(source) is { } theirs && Fields(target) is { } ours ? AskedByFile.ByFields(theirs, ours) : null;

    private static Dictionary<string, string>? Fields(INodeFiles node)
    {
        try
        {
            JsonNode? device = node.Read(AttributeName).TryGet(out string text) ? JsonNode.Parse(text)?["info"]?.AsObject().First().Value : null;
            return device?["versions"]?.AsObject()
                .SelectMany(static part => part.Value!.AsObject())
                .Append(KeyValuePair.Create("(driver)", device["driver"]))
                .ToDictionary(static field => field.Key, static field => field.Value!.ToString());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public override IReadOnlyList<string> FilesOn(NodeKind kind) => [AttributeName];

    protected override IEnumerable<(string Name, Lines Text)> FilesFor(CompatibilityNode node, DeviceDescription description) => [(AttributeName, Info)];

    private static Uapi.Result<string> Info(CompatibilityNode node, DeviceDescription now)
    {
        string handle = $"{node.Reporter.Subsystem ?? "virtual"}/{node.Reporter.Name}{(node.Kind == NodeKind.Type ? "/" + node.Node.Name : "")}";
        var info = new JsonObject
        {
            ["info"] = new JsonObject
            {
                [handle] = new JsonObject
                {
                    ["driver"] = now.Vendor,
                    ["versions"] = new JsonObject
                    {
                        ["fixed"] = Fields(now, field => field.Kind == FieldKind.Identity),
                        ["running"] = Fields(now, field => field.Kind != FieldKind.Identity),
                    },
                },
            },
        };
        return info.ToJsonString(Indented);
    }

    private static JsonObject Fields(DeviceDescription now, Func<DescriptionField, bool> which) =>
        new(now.Fields.Where(which).Select(field => KeyValuePair.Create(field.Name, (JsonNode?)field.Value)));
}
