using System.Text.Json.Nodes;

using VfioMigration.Mdev;

namespace VfioMigration.Vendors.External;

/// <summary>A type that a program offers.</summary>
/// <param name="Name">Second part of the directory's name.</param>
/// <param name="Pretty">Shown by <c>name</c>.</param>
/// <param name="Description">Shown by <c>description</c>; null for none.</param>
/// <param name="MaxInstances">Devices of it that fit, at most 65536.</param>
/// <param name="MemoryMegabytes">Memory in BAR 0, at most 256; none without.</param>
/// <param name="Migrates">True when the program can save and load its part of the state.</param>
internal sealed record ExternalType(string Name, string? Pretty, string? Description, int MaxInstances, int MemoryMegabytes, bool Migrates)
    : MdevTypeDefinition(Name, Pretty)
{
    private const int InstanceLimit = 1 << 16;
    private const int MaxMemory = 256;

    /// <summary>Null with an error message, for what is no list of types.</summary>
    internal static IReadOnlyList<ExternalType>? Read(JsonNode? types, out string problem)
    {
        problem = "'types' must be a non-empty list of objects with 'name' (a file name, unique), 'max_instances' (1 to 65536) and optionally 'memory_mb' (up to 256) and 'migration' (true or false)";
        try
        {
            ExternalType[] read =
            [
                .. (types as JsonArray ?? []).Select(static type => new ExternalType(
                    type!["name"]!.GetValue<string>(),
                    type["pretty_name"]?.GetValue<string>(),
                    type["description"]?.GetValue<string>(),
                    type["max_instances"]!.GetValue<int>(),
                    type["memory_mb"]?.GetValue<int>() ?? 0,
                    type["migration"]?.GetValue<bool>() ?? false)),
            ];
            bool isGood = read.Length > 0
                && read.DistinctBy(static type => type.Name).Count() == read.Length
                && read.All(static type => Sysfs.Kernfs.KernfsName.IsValid(type.Name) && type.MaxInstances is > 0 and <= InstanceLimit && type.MemoryMegabytes is >= 0 and <= MaxMemory);
            return isGood ? read : null;
        }
        catch (Exception wrong) when (wrong is NullReferenceException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
