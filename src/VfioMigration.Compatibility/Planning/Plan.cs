namespace VfioMigration.Compatibility.Planning;

/// <summary>Where a device could go.</summary>
/// <param name="Candidates">Those that would take its state: its own string first, then who has room, types before devices, the most room, by name.</param>
/// <param name="Considered">How many were looked at.</param>
/// <param name="Probes">How many were probed.</param>
public sealed record Plan(IReadOnlyList<PlanCandidate> Candidates, int Considered, int Probes);
