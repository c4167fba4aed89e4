namespace VfioMigration.Compatibility.Planning;

/// <summary>A type or device of some host that might take a state.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Name">The type or device, as its host calls it.</param>
/// <param name="TypeName">Directory of the mdev type; null for a physical function.</param>
/// <param name="CreationParameters">With which a device of the type would have to be created: <c>aggregate=2</c>; empty for none.</param>
/// <param name="IsType">True for a type, on which a device would have to be created.</param>
/// <param name="Version">Its own version string.</param>
/// <param name="Rules">Names the rules by which it judges; candidates with the same rules and version answer alike.</param>
/// <param name="Available">How many more devices of the type fit now; null for a device.</param>
/// <param name="Accepts">Asks it: one write to its file.</param>
public sealed record PlanCandidate(
    string Host, string Name, string? TypeName, string CreationParameters, bool IsType, string Version, string Rules, int? Available, Func<string, bool> Accepts)
{
    /// <summary>Capacity, which has nothing to do with compatibility.</summary>
    public bool HasRoom => Available is null or > 0;

    /// <summary>What decides its answers.</summary>
    internal (string Rules, string Version) Judge => (Rules, Version);
}
