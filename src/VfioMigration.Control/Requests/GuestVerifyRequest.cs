namespace VfioMigration.Control.Requests;

/// <summary>Compare the memory of a guest and of its device with what its workload expects.</summary>
/// <param name="Host">The host.</param>
/// <param name="Device">Its VFIO device: a UUID or a PCI address.</param>
public sealed record GuestVerifyRequest(string Host, string Device);
