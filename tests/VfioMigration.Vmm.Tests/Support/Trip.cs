using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>An accident at a byte that one side of a migration writes.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="At">After so many bytes; a stream that is shorter has its accident in its last section.</param>
/// <param name="Section">Counts from the first section of that type; null from the beginning of the stream.</param>
internal sealed record Trip(TripKind Kind, int At, SectionType? Section = null);
