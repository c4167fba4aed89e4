namespace VfioMigration.Compatibility.Dialects;

/// <summary>All dialects by the name they have in the configuration.</summary>
public static class DialectCatalogue
{
    private static readonly Func<Dialect>[] Makers =
    [
        static () => new VersionDialect(),
        static () => new MigrationVersionDialect(),
        static () => new MigrationErrorsDialect(),
        static () => new VfioMigrationDialect(),
        static () => new CompatibleDevicesDialect(),
        static () => new WriteAndAskDialect(),
        static () => new DeclarativeDialect(),
        static () => new SelfCompatibleDialect(),
        static () => new DirectoriesDialect(),
        static () => new TraitsDialect(),
        static () => new InterfaceVersionDialect(),
        static () => new BaseTypeDialect(),
        static () => new PrefixedDialect(),
        static () => new CompatibleTypeDialect(),
        static () => new TypeAttributesDialect(),
        static () => new DevlinkDialect(),
    ];

    /// <summary>One new object of each.</summary>
    public static IReadOnlyList<Dialect> CreateAll() => [.. Makers.Select(static make => make())];

    /// <summary>The pairs of dialects that use the same name in the same directory.</summary>
    public static IEnumerable<(Dialect First, Dialect Second, string File)> Collisions(IReadOnlyList<Dialect> chosen)
    {
        for (int i = 0; i < chosen.Count; i++)
        {
            for (int j = i + 1; j < chosen.Count; j++)
            {
                foreach (NodeKind kind in Enum.GetValues<NodeKind>())
                {
                    if (chosen[i].FilesOn(kind).Intersect(chosen[j].FilesOn(kind)).FirstOrDefault() is { } file)
                    {
                        yield return (chosen[i], chosen[j], file);
                        break;
                    }
                }
            }
        }
    }
}
