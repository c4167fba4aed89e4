namespace VfioMigration.Control.Requests;

/// <summary>End a guest and free its device.</summary>
/// <param name="Host">The host.</param>
/// <param name="Device">Its VFIO device: a UUID or a PCI address.</param>
public sealed record GuestStopRequest(string Host, string Device);
