namespace VfioMigration.Control.Requests;

/// <summary>The drivers that a host can load, and those it has loaded.</summary>
/// <param name="Host">Which host; null where the daemon serves only one.</param>
public sealed record ListDriversRequest(string? Host = null);
