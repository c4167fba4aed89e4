namespace VfioMigration.Lab.Configuration;

/// <summary>What kernel a host has.</summary>
/// <param name="Version">Whose behaviour it shows where they differ: one of <see cref="Versions"/>; null for the newest.</param>
/// <param name="HasIommu">True: PCI functions are behind an IOMMU. False: vfio uses them in noiommu mode.</param>
/// <param name="HasIommufd">True: the kernel has IOMMUFD.</param>
public sealed record KernelOptions(string? Version = null, bool HasIommu = true, bool HasIommufd = false)
{
    /// <summary>The kernels that were measured, the newest last.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["6.12", "7.2"];

    internal Version Parsed => System.Version.Parse(Version ?? Versions[^1]);
}
