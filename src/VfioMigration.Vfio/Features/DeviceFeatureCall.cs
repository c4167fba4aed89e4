using VfioMigration.Uapi;
using VfioMigration.Vfio.Users;

namespace VfioMigration.Vfio.Features;

/// <summary>A call of VFIO_DEVICE_FEATURE that has passed the common checks.</summary>
/// <param name="Device">Whose feature it is.</param>
/// <param name="Memory">Of the caller.</param>
/// <param name="Payload">Where in it the payload begins; as long as the feature's row says.</param>
/// <param name="IsSet">SET, else GET.</param>
/// <param name="Interrupted">Ends the wait for the device's turn.</param>
internal readonly record struct DeviceFeatureCall(VfioDevice Device, IUserMemory Memory, ulong Payload, bool IsSet, CancellationToken Interrupted)
{
    internal Errno Get<T>(out T value)
        where T : unmanaged => Memory.Get(Payload, out value);

    internal FeatureOutcome Put<T>(in T value)
        where T : unmanaged => new(Memory.Put(Payload, value));
}
