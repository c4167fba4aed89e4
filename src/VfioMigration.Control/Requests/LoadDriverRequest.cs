namespace VfioMigration.Control.Requests;

/// <summary>modprobe(8).</summary>
/// <param name="Driver">As in /sys/module.</param>
/// <param name="Host">Which host; null where the daemon serves only one.</param>
public sealed record LoadDriverRequest(string Driver, string? Host = null);
