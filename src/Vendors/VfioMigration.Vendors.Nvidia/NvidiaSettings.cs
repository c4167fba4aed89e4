namespace VfioMigration.Vendors.Nvidia;

/// <summary>What is set before a vGPU is made. Without MIG the only GPU instance is 0.</summary>
internal sealed record NvidiaSettings(int GpuInstance, int Placement, string Parameters)
{
    internal const int MostPlacements = 32;
    internal const int LongestParameters = 1024;

    internal bool IsPossible =>
        GpuInstance == 0
        && Placement is >= 0 and < MostPlacements
        && Parameters.Length <= LongestParameters
        && !Parameters.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
