using VfioMigration.Mdev;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>A vGPU type: a profile of an A10 with the number that the driver of NVIDIA gives it.</summary>
internal sealed record NvidiaType(int Id, string Profile, int FramebufferMegabytes, string Resolution)
    : MdevTypeDefinition($"{Id}", $"NVIDIA {Profile}")
{
    private const int CardMegabytes = 24 * 1024;

    internal static readonly IReadOnlyList<NvidiaType> All =
    [
        new(590, "A10-1Q", 1024, "5120x2880"),
        new(591, "A10-2Q", 2048, "7680x4320"),
        new(592, "A10-3Q", 3072, "7680x4320"),
        new(593, "A10-4Q", 4096, "7680x4320"),
        new(594, "A10-6Q", 6144, "7680x4320"),
        new(595, "A10-8Q", 8192, "7680x4320"),
        new(596, "A10-12Q", 12_288, "7680x4320"),
        new(597, "A10-24Q", 24_576, "7680x4320"),
    ];

    internal int MaxInstances => CardMegabytes / FramebufferMegabytes;

    /// <summary>Stands for the framebuffer: a kilobyte for a megabyte.</summary>
    internal int MemoryBytes => FramebufferMegabytes << 10;

    internal string Description =>
        $"num_heads=4, frl_config=60, framebuffer={FramebufferMegabytes}M, max_resolution={Resolution}, max_instance={MaxInstances}\n";
}
