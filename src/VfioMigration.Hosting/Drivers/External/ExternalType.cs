using System.Text.Json.Nodes;

using VfioMigration.Mdev;

namespace VfioMigration.Hosting.Drivers.External;

/// <summary>A type that a program offers.</summary>
/// <param name="Name">Second part of the directory's name.</param>
/// <param name="Pretty">Shown by <c>name</c>.</param>
/// <param name="Description">Shown by <c>description</c>; null for none.</param>
/// <param name="MaxInstances">Devices of it that fit, at most 65536.</param>
internal sealed record ExternalType(string Name, string? Pretty, string? Description, int MaxInstances) : MdevTypeDefinition(Name, Pretty)
{
    private const int Most = 1 << 16;

    /// <summary>Null, with a sentence, for what is no list of types.</summary>
    internal static IReadOnlyList<ExternalType>? Read(JsonNode? types, out string problem)
    {
        problem = "'types' must be a list of at least one object with 'name' and 'max_instances'";
        try
        {
            ExternalType[] read =
            [
                .. (types as JsonArray ?? []).Select(static type => new ExternalType(
                    type!["name"]!.GetValue<string>(),
                    type["pretty_name"]?.GetValue<string>(),
                    type["description"]?.GetValue<string>(),
                    type["max_instances"]!.GetValue<int>())),
            ];
            bool isGood = read.Length > 0
                && read.DistinctBy(static type => type.Name).Count() == read.Length
                && read.All(static type => Sysfs.Kernfs.KernfsName.IsValid(type.Name) && type.MaxInstances is > 0 and <= Most);
            return isGood ? read : null;
        }
        catch (Exception wrong) when (wrong is NullReferenceException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
