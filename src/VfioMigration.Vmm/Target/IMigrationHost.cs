using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Target;

/// <summary>What a target needs of the process it is in.</summary>
public interface IMigrationHost
{
    /// <summary>
    /// The target device, after every check user space makes: it exists, is free, and accepts the source's
    /// <c>migration_version</c>. Null with an error message otherwise.
    /// </summary>
    VfioDevice? FindTarget(MigrationDescription description, out string? refusal);

    /// <summary>A guest, paused, around a device that is free (<see cref="Guest.Create"/>), for what arrives.</summary>
    Result<Guest> CreateGuest(VfioDevice device, GuestOptions options);

    /// <summary>A guest begins to arrive, and uses its device from now on: its user can see and stop it.</summary>
    void Adopt(Guest guest);

    /// <summary>A device begins to arrive without a guest; its user can have it back.</summary>
    void Adopt(DeviceUse use);

    /// <summary>The guest was not received: it ends and releases its device.</summary>
    void End(Guest guest);

    /// <summary>The device has arrived, or has not: it is given back.</summary>
    void End(DeviceUse use);

    /// <summary>The way to the source; null when it is not known.</summary>
    IMigrationPeer? FindOrigin(string origin);

    /// <summary>A line of the host's kernel log about the device.</summary>
    void Report(MigrationDescription description, string text);
}
