namespace VfioMigration.Control.Requests;

/// <summary>Migrate a device over two descriptors to whatever device the other side chooses. Closing the connection cancels.</summary>
/// <param name="Host">The host of the device.</param>
/// <param name="Device">The VFIO device to migrate: a UUID or a PCI address.</param>
/// <param name="OneWay">The descriptors have no return channel.</param>
/// <param name="MaxRounds">See <see cref="IOutgoingMigration"/>, as everything below.</param>
/// <param name="DowntimeMilliseconds">In milliseconds.</param>
/// <param name="BytesPerSecond">While the guest runs.</param>
/// <param name="Unchecked">Skip the check on the target.</param>
public sealed record SendDescriptorsRequest(
    string Host,
    string Device,
    bool OneWay = false,
    int? MaxRounds = null,
    int? DowntimeMilliseconds = null,
    long? BytesPerSecond = null,
    bool Unchecked = false) : IOutgoingMigration;
