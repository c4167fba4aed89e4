namespace VfioMigration.Control.Requests;

/// <summary>Start a guest on a device.</summary>
/// <param name="Host">The host.</param>
/// <param name="Device">Its VFIO device: a UUID or a PCI address.</param>
/// <param name="Options">As written to the device's file <c>guest/start</c> (docs/migration.md); null keeps every default.</param>
public sealed record GuestStartRequest(string Host, string Device, string? Options = null);
