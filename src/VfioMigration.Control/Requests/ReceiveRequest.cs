namespace VfioMigration.Control.Requests;

/// <summary>Take one incoming migration over this connection.</summary>
public sealed record ReceiveRequest();
