namespace VfioMigration.Integration.Tests.Compatibility;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly CompatibilityLab lab = CompatibilityLab.Relaxed();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void Explain_OfEqualShares_MarksWhoShowsLess()
    {
        string types = CompatibilityLab.Graphics;
        lab.Shell($"echo {CompatibilityLab.Uuid},aggregate=2 > a/{types}/i915-GVTg_V5_4/create; echo {CompatibilityLab.Uuid} > b/{types}/i915-GVTg_V5_2/create");
        (int status, string output, string errors) = lab.Vfiomig(
            $"explain a/bus/mdev/devices/{CompatibilityLab.Uuid} b/bus/mdev/devices/{CompatibilityLab.Uuid}");

        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(
            [
                "  migration_version compatible", "! vfio_migration incompatible", "  write_and_ask compatible", "  self_compatible compatible",
                "  migration_directories compatible", "  traits compatible", "  interface_version plausible", "  base_type plausible", "! prefixed incompatible",
                "! devlink incompatible",
            ],
            Table(output));
        Assert.Contains("! devlink disagrees with migration_version: it does not show that the driver accepts", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_OfNewerSoftware_ShowsTheDriversReason()
    {
        const string Type = "class/mdev_bus/mtty/mdev_supported_types/mtty-2";
        (int status, string output, _) = lab.Vfiomig($"explain a/{Type} b/{Type}");

        Assert.Equal(1, status);
        Assert.Contains("the driver: mtty-1.2-ports=2: mtty: version 1.1 cannot load the state of version 1.2\n", output, StringComparison.Ordinal);
        Assert.Contains("! base_type disagrees with migration_version: it does not show why the driver refuses", output, StringComparison.Ordinal);
        Assert.Contains("  version incompatible", Table(output));
    }

    [Fact]
    public void Explain_OfOneNode_IsUnanimous()
    {
        const string Type = "a/class/mdev_bus/mdpy/mdev_supported_types/mdpy-vga";
        (int status, string output, _) = lab.Vfiomig($"explain {Type} {Type}");

        Assert.Equal(0, status);
        Assert.DoesNotContain(output.Split('\n'), line => line.StartsWith('!'));
        Assert.Equal(12, Table(output).Length);
    }

    private static string[] Table(string output) =>
        [.. output.Split('\n').Where(line => line.Length > 30 && line[1] == ' ' && !line.Contains("disagrees", StringComparison.Ordinal))
            .Select(line => $"{line[0]} {string.Join(' ', line[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2))}")];
}
