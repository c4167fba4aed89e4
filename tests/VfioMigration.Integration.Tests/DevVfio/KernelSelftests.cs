using System.Text.RegularExpressions;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>The kernel's own tests of VFIO (tools/testing/selftests/vfio), unmodified, on a simulated function.</summary>
public sealed partial class KernelSelftests
{
    private const string Address = "0000:06:10.0";
    private const string Id = "8086:154c";

    private static readonly object Configuration = new
    {
        name = "h",
        iommufd = true,
        pci = new[] { new Dictionary<string, string> { ["address"] = Address, ["id"] = Id, ["class"] = "020000" } },
        drivers = new object[] { new { name = "i40evf" }, new { name = "vfio_pci", options = new { ids = Id } } },
    };

    /// <summary>What is skipped has no MSI to test, or wants huge pages that the machine may not have set aside.</summary>
    [Debian13Theory]
    [InlineData("vfio_iommufd_setup_test", 6, null)]
    [InlineData("vfio_pci_device_test", 4, @"^vfio_pci_irq_test\.msi\.")]
    [InlineData("vfio_dma_mapping_test", 20, @"_hugetlb_(2mb|1gb)\.")]
    [InlineData("vfio_pci_device_init_perf_test", 5, null)]
    public void SelftestOfTheKernel_Passes(string name, int passing, string? skipped)
    {
        using var host = new VfioHost(Configuration);

        string output = host.Bash($"{Debian13.Root}/opt/vfio-selftests/{name} {Address} 2>&1");

        Match[] results = Result().Matches(output).ToArray();
        Assert.True(results.Length > 0 && results.All(result => !result.Groups["not"].Success), output);
        Assert.True(results.Length == int.Parse(Plan().Match(output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), output);
        Assert.All(results.Where(result => result.Groups["skip"].Success), result => Assert.Matches(skipped ?? "^$", result.Groups["name"].Value));
        Assert.InRange(results.Count(result => !result.Groups["skip"].Success), passing, results.Length);
    }

    [GeneratedRegex(@"^1\.\.(\d+)$", RegexOptions.Multiline)]
    private static partial Regex Plan();

    [GeneratedRegex(@"^(?<not>not )?ok \d+ (?<name>\S+)(?<skip> # SKIP.*)?", RegexOptions.Multiline)]
    private static partial Regex Result();
}
