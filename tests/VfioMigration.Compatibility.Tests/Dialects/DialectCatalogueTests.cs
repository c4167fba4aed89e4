using VfioMigration.Compatibility.Dialects;

namespace VfioMigration.Compatibility.Tests.Dialects;

public class DialectCatalogueTests
{
    private static readonly IReadOnlyList<Dialect> All = DialectCatalogue.CreateAll();

    [Fact]
    public void CreateAll_OfTheCatalogue_GivesNewObjectsWithDifferentNames()
    {
        Assert.Equal(16, All.Select(dialect => dialect.Name).Distinct().Count());
        Assert.Empty(All.Intersect(DialectCatalogue.CreateAll()));
    }

    /// <summary>R37 and P14 share <c>software_version</c> and serve it once; only P13 and P14 mean something else by the same name.</summary>
    [Fact]
    public void Collisions_OfAll_AreTheTwoThatShareAFile()
    {
        (Dialect first, Dialect second, string file) = Assert.Single(DialectCatalogue.Collisions(All));

        Assert.Equal(("compatible_type", "type_attributes", "compatible_type"), (first.Name, second.Name, file));
    }

    [Fact]
    public void Collisions_OfOne_AreNone() => Assert.All(All, dialect => Assert.Empty(DialectCatalogue.Collisions([dialect])));

    [Fact]
    public void Collisions_OfADialectTwice_IsOneSentence() =>
        Assert.Single(DialectCatalogue.Collisions([new DevlinkDialect(), new DevlinkDialect()]));
}
