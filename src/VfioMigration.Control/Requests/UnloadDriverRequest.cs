namespace VfioMigration.Control.Requests;

/// <summary>rmmod(8).</summary>
/// <param name="Driver">As in /sys/module.</param>
/// <param name="Host">Which host; null where the daemon serves only one.</param>
public sealed record UnloadDriverRequest(string Driver, string? Host = null);
