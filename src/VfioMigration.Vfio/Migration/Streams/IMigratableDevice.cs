using VfioMigration.Uapi;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Migration.Streams;

/// <summary>What <see cref="DeviceStateMigration"/> needs of a device to migrate it. No two calls overlap.</summary>
public interface IMigratableDevice
{
    /// <summary>
    /// What a device must be to take this one's state, such as <c>mdpy 1920x1080</c>; up to 255 ASCII characters. A stream with another
    /// description is refused by its first bytes.
    /// </summary>
    string StateDescription { get; }

    /// <summary>Of the layout of the registers: a stream of another major, or of a newer minor, is refused.</summary>
    (ushort Major, ushort Minor) StateVersion { get; }

    /// <summary>Device memory that moves along, page by page while the device runs; up to 16 pieces.</summary>
    IReadOnlyList<DeviceMemory> StateMemory { get; }

    /// <summary>
    /// Stops all activity; when it returns, nothing of the device changes by itself. An errno fails the arc: the device runs on, in the state it was in.
    /// </summary>
    Errno Pause();

    /// <summary>Undoes <see cref="Pause"/>. An errno fails the arc: the device stays stopped.</summary>
    Errno Continue();

    /// <summary>
    /// Writes everything but the memory, at most 256 KiB, or fails (<see cref="StateWriter.Fail"/>). The device is paused.
    /// </summary>
    void SaveState(StateWriter writer);

    /// <summary>
    /// Takes over what <see cref="SaveState"/> of a device of the given minor version wrote. False leaves the device as it was. The device is paused.
    /// </summary>
    bool TryLoadState(ref StateReader reader, ushort minor);

    /// <summary>The state after VFIO_DEVICE_RESET. An errno is that of the ioctl; the device is in ERROR then.</summary>
    Errno ResetState();
}
