namespace VfioMigration.Control.Requests;

/// <summary>Serve a host on a FUSE device that the client has connected and mounted.</summary>
/// <param name="Host">Which host; null where the daemon serves only one.</param>
public sealed record AttachRequest(string? Host = null);
