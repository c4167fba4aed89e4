namespace VfioMigration.Control.Requests;

/// <summary>Take one incoming migration over two descriptors, whatever device its source names.</summary>
/// <param name="Host">The host.</param>
/// <param name="Device">Its VFIO device: a UUID or a PCI address.</param>
public sealed record ReceiveDescriptorsRequest(string Host, string Device);
