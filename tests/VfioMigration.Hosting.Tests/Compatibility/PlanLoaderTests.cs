using VfioMigration.Compatibility.Planning;
using VfioMigration.Hosting.Compatibility;

namespace VfioMigration.Hosting.Tests.Compatibility;

/// <summary>Over an ordinary directory that looks like a tree.</summary>
public sealed class PlanLoaderTests : IDisposable
{
    private const string Types = "devices/acme/mdev_supported_types";
    private const string Listing = "kernel/debug/vfiomig/compatibility";

    private readonly TemporaryFolder folder = new();

    public PlanLoaderTests()
    {
        folder.Write($"a/{Types}/acme-1/migration_version", "acme-1.0\n");
        folder.Write($"a/{Types}/acme-1/available_instances", "3\n");
        folder.Write($"a/{Types}/acme-2/name", "serves nothing\n");
        Directory.CreateDirectory(At("a/bus/mdev/devices"));
        Directory.CreateDirectory(At("a/class/mdev_bus"));
        Directory.CreateSymbolicLink(At("a/class/mdev_bus/acme"), "../../devices/acme");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Load_OfAnyTree_ReadsTheDirectories()
    {
        PlanCandidate candidate = Assert.Single(PlanLoader.Load(At("a")));

        Assert.Equal(
            ("a", "a/acme/acme-1", "acme-1", "", true, "acme-1.0", (string?)null, (int?)3),
            (candidate.Host, candidate.Name, candidate.TypeName, candidate.CreationParameters, candidate.IsType, candidate.Version, candidate.Policy, candidate.Available));
    }

    [Fact]
    public void Load_OfASimulatedHost_ReadsItsTable()
    {
        folder.Write(
            $"a/{Listing}",
            $"{Types}/acme-1\tacme-1\t-\t2\t0123\tacme-1.0\n"
            + $"{Types}/acme-1\tacme-1\tparts=2\t1\t0123\tacme-1.0,parts=2\n"
            + $"{Types}/acme-2\tacme-2\t-\t1\t-\thidden\n"
            + $"{Types}/gone\tgone\t-\t1\t-\tgone\n"
            + "nonsense\n");

        IReadOnlyList<PlanCandidate> candidates = PlanLoader.Load(At("a"));

        Assert.Equal(["a/acme/acme-1", "a/acme/acme-1,parts=2"], candidates.Select(candidate => candidate.Name));
        Assert.Equal(["", "parts=2"], candidates.Select(candidate => candidate.CreationParameters));
        Assert.Equal([2, 1], candidates.Select(candidate => candidate.Available));
        Assert.Equal(["0123", "0123"], candidates.Select(candidate => candidate.Policy));
    }

    [Fact]
    public void Accepts_OfWhatHasAFile_WritesThere()
    {
        Assert.True(Assert.Single(PlanLoader.Load(At("a"))).Accepts("acme-0.9"));

        Assert.Equal("acme-0.9\n", File.ReadAllText(At($"a/{Types}/acme-1/migration_version")));
    }

    [Fact]
    public void Accepts_OfWhatWouldBeCreatedWithParameters_WritesToTheTable()
    {
        folder.Write($"a/{Listing}", $"{Types}/acme-1\tacme-1\tparts=2\t1\t0123\tacme-1.0,parts=2\n");

        Assert.True(Assert.Single(PlanLoader.Load(At("a"))).Accepts("acme-0.9"));

        Assert.Equal($"{Types}/acme-1,parts=2 acme-0.9\n", File.ReadAllText(At($"a/{Listing}")));
    }

    private string At(string path) => Path.Combine(folder.Path, path);
}
