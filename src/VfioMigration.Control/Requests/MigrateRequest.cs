namespace VfioMigration.Control.Requests;

/// <summary>Migrate a device, with the guest that uses it. Closing the connection cancels.</summary>
/// <param name="Host">The host of the device.</param>
/// <param name="Device">The VFIO device to migrate: a UUID or a PCI address.</param>
/// <param name="Target">Where to, <c>HOST/DEVICE</c>, <c>unix:PATH/HOST/DEVICE</c> or <c>tcp:NAME:PORT/HOST/DEVICE</c>.</param>
/// <param name="MaxRounds">See <see cref="IOutgoingMigration"/>, as everything below.</param>
/// <param name="DowntimeMilliseconds">In milliseconds.</param>
/// <param name="BytesPerSecond">While the guest runs.</param>
/// <param name="Unchecked">Skip the check on the target.</param>
public sealed record MigrateRequest(
    string Host,
    string Device,
    string Target,
    int? MaxRounds = null,
    int? DowntimeMilliseconds = null,
    long? BytesPerSecond = null,
    bool Unchecked = false) : IOutgoingMigration;
