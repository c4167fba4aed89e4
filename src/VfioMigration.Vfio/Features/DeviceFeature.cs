using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Features;

/// <summary>One row of the feature table.</summary>
/// <param name="Methods">GET, SET or both.</param>
/// <param name="PayloadSize">Bytes the user must pass behind the header.</param>
/// <param name="IsImplemented">False makes it ENOTTY for that device.</param>
/// <param name="Invoke">Runs it on the payload, of the length that the user gave.</param>
internal sealed record DeviceFeature(
    VfioDeviceFeatureFlags Methods,
    int PayloadSize,
    Predicate<VfioDevice> IsImplemented,
    DeviceFeatureMethod Invoke);

/// <summary>Runs a feature.</summary>
internal delegate FeatureOutcome DeviceFeatureMethod(VfioDevice device, Span<byte> payload, bool isSet, CancellationToken interrupted);
