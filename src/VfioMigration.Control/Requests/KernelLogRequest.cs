namespace VfioMigration.Control.Requests;

/// <summary>The kernel log of a host.</summary>
/// <param name="Host">Which host; null where the daemon serves only one.</param>
/// <param name="Follow">Go on with what is written from now on, until the client closes the connection.</param>
/// <param name="WithTime">Prefix every line with its time.</param>
public sealed record KernelLogRequest(string? Host = null, bool Follow = false, bool WithTime = true);
