namespace VfioMigration.Control.Requests;

/// <summary>Which hosts does the daemon serve?</summary>
public sealed record HostsRequest();
