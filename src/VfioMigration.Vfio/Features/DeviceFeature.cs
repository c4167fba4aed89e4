using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Features;

/// <summary>One row of the feature table.</summary>
/// <param name="Methods">GET, SET or both.</param>
/// <param name="PayloadSize">Bytes the user must pass behind the header.</param>
/// <param name="IsImplemented">False makes it ENOTTY for that device.</param>
/// <param name="Invoke">Runs it.</param>
internal sealed record DeviceFeature(
    VfioDeviceFeatureFlags Methods,
    int PayloadSize,
    Predicate<VfioDevice> IsImplemented,
    DeviceFeatureMethod Invoke);

/// <summary>Runs a feature.</summary>
internal delegate FeatureOutcome DeviceFeatureMethod(in DeviceFeatureCall call);
