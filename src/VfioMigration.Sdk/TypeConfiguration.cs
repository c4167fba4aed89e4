using VfioMigration.Compatibility;

namespace VfioMigration.Sdk;

/// <summary>A way to create a device of a type other than by UUID alone.</summary>
/// <param name="Parameters">What follows the UUID and a comma: <c>aggregate=2</c>.</param>
/// <param name="AvailableInstances">How many such devices fit now.</param>
/// <param name="Compatibility">The compatibility of such a device.</param>
public sealed record TypeConfiguration(string Parameters, int AvailableInstances, IMigrationCompatibility Compatibility);
