using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Gvt;

/// <summary>
/// A slice of a GPU (<c>drivers/gpu/drm/i915/gvt/vgpu.c</c>); the number at the end of the name tells how many fit.
/// </summary>
internal sealed record GvtType(
    GvtGraphics Graphics,
    string Suffix,
    int LowMegabytes,
    int HighMegabytes,
    int Fences,
    string Resolution,
    int Weight) : MdevTypeDefinition($"GVTg_V5_{Suffix}")
{
    /// <summary>The most instances one device may be made of: a whole GPU of the smallest slices.</summary>
    internal const int MaxInstances = 8;

    /// <summary>The part of a GPU of generation 9 that one instance is, for the rule that compares shares.</summary>
    internal static readonly IReadOnlyDictionary<string, (string Base, int Part, int Of)> Shares =
        new[] { "1", "2", "4", "8" }.ToDictionary(suffix => $"GVTg_V5_{suffix}", suffix => ("GVTg_V5", 1, int.Parse(suffix, System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The types a function can hold.</summary>
    internal static IReadOnlyList<GvtType> For(GvtGraphics graphics)
    {
        IReadOnlyList<GvtType> all =
        [
            new(graphics, "8", 64, 384, 4, "1024x768", 2),
            new(graphics, "4", 128, 512, 4, "1920x1200", 4),
            new(graphics, "2", 256, 1024, 4, "1920x1200", 8),
            new(graphics, "1", 512, 2048, 4, "1920x1200", 16),
        ];
        return [.. all.Where(graphics.CanHold)];
    }

    /// <summary>Bytes of device memory of that many instances.</summary>
    internal int MemoryOf(int instances) => instances * (LowMegabytes << 16);

    internal string Description =>
        $"low_gm_size: {LowMegabytes}MB\nhigh_gm_size: {HighMegabytes}MB\nfence: {Fences}\nresolution: {Resolution}\nweight: {Weight}\n";
}
