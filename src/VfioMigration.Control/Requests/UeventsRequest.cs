namespace VfioMigration.Control.Requests;

/// <summary>The uevents of a host from now on, until the client closes the connection.</summary>
/// <param name="Host">Which host; null where the daemon serves only one.</param>
public sealed record UeventsRequest(string? Host = null);
