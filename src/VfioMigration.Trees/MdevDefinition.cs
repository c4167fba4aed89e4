using System.Text.Json;
using System.Text.Json.Nodes;

using VfioMigration.Uapi;

namespace VfioMigration.Trees;

/// <summary>
/// What makes an exact duplicate of a mediated device (R33): the class of its parent, its type, its creation parameters, and the attributes that were
/// written after its creation.
/// </summary>
/// <param name="Parent">Directory name of the parent.</param>
/// <param name="MdevType">Directory name of the type.</param>
/// <param name="CreationParameters">Behind the UUID; empty for most.</param>
/// <param name="Attributes">To write in this order, path below the device and value.</param>
public sealed record MdevDefinition(
    string Parent, string MdevType, string CreationParameters, IReadOnlyList<KeyValuePair<string, string>> Attributes)
{
    private const string Aggregated = "mdev/aggregated_instances";
    private const string DynamicResources = "dynamic_resources";

    private const StringSplitOptions Separated = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads a device of a tree. Null for what is no mediated device.</summary>
    public static MdevDefinition? Read(string device)
    {
        if (!NodeDirectory.TryOpen(device, out NodeDirectory node, out _)
            || node.IsType
            || node.TypeName is not { } type
            || !NodeDirectory.TryOpen(Path.Combine(node.RealName, "mdev_type"), out NodeDirectory typeNode, out _))
        {
            return null;
        }

        var attributes = new List<KeyValuePair<string, string>>();
        string parameters = "";
        if (node.Read(Aggregated) is { IsOk: true, Value: not "1" and var instances })
        {
            parameters = $"aggregate={instances}";
        }

        foreach (string name in typeNode.Read(DynamicResources).TryGet(out string listed) ? listed.Split(',', Separated) : [])
        {
            // A read-only file of that name only shows what a creation parameter set.
            if (node.IsSetting(name) && node.Read(name).TryGet(out string value))
            {
                attributes.Add(new(name, value));
            }
        }

        attributes.AddRange(MatrixOf(node));
        return new MdevDefinition(Path.GetFileName(Path.GetDirectoryName(node.RealName))!, type, parameters, attributes);
    }

    /// <summary>The JSON of <c>mdevctl define --jsonfile</c>.</summary>
    public string ToMdevctlJson()
    {
        List<KeyValuePair<string, string>> attributes = [.. Attributes];
        if (CreationParameters.Length > 0)
        {
            // mdevctl creates with a UUID alone; the attribute does the same afterwards.
            attributes.Insert(0, new(Aggregated, CreationParameters.Split('=')[1]));
        }

        var definition = new JsonObject
        {
            ["mdev_type"] = MdevType,
            ["start"] = "manual",
            ["attrs"] = new JsonArray([.. attributes.Select(attribute => new JsonObject { [attribute.Key] = attribute.Value })]),
        };
        return definition.ToJsonString(Indented);
    }

    /// <summary>Creates the duplicate through the tree: its create file, then its attributes. The path of the new device, or which step failed.</summary>
    public (string? Device, string? Problem) Create(string root, string? parent, string uuid)
    {
        string types = Path.Combine(root, "class/mdev_bus", parent ?? Parent, "mdev_supported_types", MdevType);
        if (!NodeDirectory.TryOpen(types, out NodeDirectory type, out _))
        {
            return (null, $"{types}: no such type on this parent; choose another with --parent");
        }

        Errno error = type.Write("create", CreationParameters.Length == 0 ? uuid : $"{uuid},{CreationParameters}");
        if (error != Errno.None)
        {
            return (null, $"{types}/create refuses {uuid}: {error.Text()} ({type.Errnos.NameOf(error)})");
        }

        string device = Path.Combine(root, "bus/mdev/devices", uuid);
        if (!NodeDirectory.TryOpen(device, out NodeDirectory created, out _))
        {
            return (null, $"{device}: disappeared after its creation");
        }

        foreach ((string name, string value) in Attributes)
        {
            error = created.Write(name, value);
            if (error != Errno.None)
            {
                created.Write("remove", "1");
                return (null, $"{device}/{name} refuses '{value}': {error.Text()} ({created.Errnos.NameOf(error)}); the device was removed again");
            }
        }

        return (device, null);
    }

    /// <summary>
    /// vfio-ap: a queue per line, <c>05.0004</c>, comes from assigning its adapter and its domain; control domains have a list of their own.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> MatrixOf(NodeDirectory node)
    {
        if (!node.Exists("assign_adapter") || !node.Read("matrix").TryGet(out string matrix))
        {
            yield break;
        }

        string[][] queues = [.. matrix.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static queue => queue.Split('.'))];
        foreach (string adapter in queues.Select(static queue => queue[0]).Where(static part => part.Length > 0).Distinct())
        {
            yield return new("assign_adapter", "0x" + adapter);
        }

        foreach (string domain in queues.Where(static queue => queue.Length == 2 && queue[1].Length > 0).Select(static queue => queue[1]).Distinct())
        {
            yield return new("assign_domain", "0x" + domain);
        }

        foreach (string domain in node.Read("control_domains").TryGet(out string control) ? control.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            yield return new("assign_control_domain", "0x" + domain);
        }
    }
}
