namespace VfioMigration.Control.Requests;

/// <summary>Stop the processor of a guest.</summary>
/// <param name="Host">The host.</param>
/// <param name="Device">Its VFIO device: a UUID or a PCI address.</param>
public sealed record GuestPauseRequest(string Host, string Device);
