namespace VfioMigration.Vfio.Workloads;

/// <summary>What makes two runs of a workload the same.</summary>
/// <param name="Seed">Of its random numbers.</param>
/// <param name="Pattern">Where and when it is busy.</param>
public sealed record WorkloadOptions(ulong Seed = 1, AccessPattern Pattern = AccessPattern.Uniform);
