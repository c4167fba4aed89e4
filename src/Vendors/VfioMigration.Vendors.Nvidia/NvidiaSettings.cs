namespace VfioMigration.Vendors.Nvidia;

/// <summary>What is set before a vGPU is made. Without MIG the only GPU instance is 0.</summary>
internal sealed record NvidiaSettings(int GpuInstance, int Placement, string Parameters)
{
    internal const int MaxPlacements = 32;
    internal const int MaxParametersLength = 1024;

    internal bool IsPossible =>
        GpuInstance == 0
        && Placement is >= 0 and < MaxPlacements
        && Parameters.Length <= MaxParametersLength
        && !Parameters.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
