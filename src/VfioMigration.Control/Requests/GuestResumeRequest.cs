namespace VfioMigration.Control.Requests;

/// <summary>Let the processor of a guest run; takes back a guest that was handed over and that no other host runs.</summary>
/// <param name="Host">The host.</param>
/// <param name="Device">Its VFIO device: a UUID or a PCI address.</param>
public sealed record GuestResumeRequest(string Host, string Device);
