namespace VfioMigration.Control.Requests;

/// <summary>What is the guest doing?</summary>
/// <param name="Host">The host.</param>
/// <param name="Device">Its VFIO device: a UUID or a PCI address.</param>
public sealed record GuestStatusRequest(string Host, string Device);
