using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace VfioMigration.Architecture.Tests;

/// <summary>What the built assemblies of the product use of one another: types by name, and members as <c>Type.Member</c>.</summary>
internal static class References
{
    /// <summary>Of every assembly beside this one, and of the drivers below it.</summary>
    internal static IReadOnlySet<string> OfTheProduct { get; } = Directory
        .EnumerateFiles(AppContext.BaseDirectory, "VfioMigration.*.dll", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith("Tests.dll", StringComparison.Ordinal))
        .SelectMany(Of)
        .ToHashSet();

    private static IEnumerable<string> Of(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        MetadataReader reader = file.GetMetadataReader();
        var names = new List<string>();
        foreach (TypeReferenceHandle type in reader.TypeReferences)
        {
            names.Add(reader.GetString(reader.GetTypeReference(type).Name));
        }

        foreach (MemberReference member in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            if (member.Parent.Kind == HandleKind.TypeReference)
            {
                string type = reader.GetString(reader.GetTypeReference((TypeReferenceHandle)member.Parent).Name);
                string name = reader.GetString(member.Name);
                names.Add($"{type}.{(name.StartsWith("get_", StringComparison.Ordinal) ? name[4..] : name)}");
            }
        }

        return names;
    }
}
