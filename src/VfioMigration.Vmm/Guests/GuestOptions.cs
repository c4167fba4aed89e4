using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vmm.Guests;

/// <summary>Parameters of a guest.</summary>
/// <param name="MemoryMegabytes">1 to 1024.</param>
/// <param name="StepsPerSecond">The rate of its workload; 0 for unlimited.</param>
/// <param name="Workload">Seed and pattern.</param>
public sealed record GuestOptions(int MemoryMegabytes, int StepsPerSecond, WorkloadOptions Workload)
{
    public const int MaxMemoryMegabytes = 1024;

    public static GuestOptions Default { get; } = new(64, 2000, new WorkloadOptions());
}
