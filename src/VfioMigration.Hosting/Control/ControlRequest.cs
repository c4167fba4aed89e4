namespace VfioMigration.Hosting.Control;

/// <summary>One line of JSON from a client.</summary>
/// <param name="Operation">One of <see cref="ControlOperations"/>.</param>
/// <param name="Host">Which host; null where there is only one, or none is meant.</param>
/// <param name="Name">A driver's name.</param>
/// <param name="Follow">Go on after what there is now.</param>
/// <param name="WithTime">Prefix kernel log lines with their time.</param>
public sealed record ControlRequest(string Operation, string? Host = null, string? Name = null, bool Follow = false, bool WithTime = true);
