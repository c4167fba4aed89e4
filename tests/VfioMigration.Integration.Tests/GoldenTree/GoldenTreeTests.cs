using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.GoldenTree;

/// <summary>Replays what was measured on a real kernel against a real mount: difference 0, up to the allow-list with its reasons.</summary>
public sealed class GoldenTreeTests
{
    private const string First = "000000a0-1111-4222-8333-444455556666";
    private const string Second = "000000a1-1111-4222-8333-444455556666";

    [Fact]
    public void ReplayedSnapshots_EqualTheMeasuredOnes()
    {
        IReadOnlyDictionary<string, GoldenEntry[]> snapshots = GoldenSnapshots.Read();
        IReadOnlyDictionary<string, string> allowed = AllowList.Read("## Golden tree: allowed differences");
        using var host = MountedHost.WithSamples();
        var comparer = new TreeComparer(host, [.. allowed.Keys]);
        var differences = new List<string>();
        foreach ((string label, Action step) in Steps(host))
        {
            step();
            differences.AddRange(comparer.Compare(snapshots[label]).Select(difference => $"{label} {difference}"));
        }

        Assert.Equal([], differences);
        Assert.Equal(snapshots.Keys.Order(), Steps(host).Select(step => step.Label).Order());
    }

    private static IEnumerable<(string Label, Action Step)> Steps(MountedHost host) =>
    [
        ("S0", () => Unload(host, "mdev", "vfio_iommu_type1", "vfio")),
        ("S0b", () => Load(host, "vfio", "vfio_iommu_type1", "mdev")),
        ("S1", () => Load(host, "mtty")),
        ("S2", () => host.Create(First)),
        ("S3", () => host.Create(Second, "mtty-2")),
        ("S4", () => host.Remove(First)),
        ("S5", () => host.Remove(Second)),
        ("S6", () => Unload(host, "mtty")),
        ("S7", () =>
        {
            Load(host, "mtty", "mdpy", "mbochs");
            host.Create(MountedHost.Uuid);
        }),
    ];

    private static void Load(MountedHost host, params string[] modules) =>
        Assert.All(modules, module => Assert.Equal((Errno.None, null), host.Host.LoadModule(module)));

    private static void Unload(MountedHost host, params string[] modules) =>
        Assert.All(modules, module => Assert.Equal((Errno.None, null), host.Host.UnloadModule(module)));
}
