using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs;

/// <summary>
/// Who uses a device, as seen by whoever unbinds it. A driver's remove would wait for them in the kernel; here the core waits before it calls the
/// driver, so that no driver is ever inside of its remove for as long as somebody else likes.
/// </summary>
public interface IDeviceUsers
{
    /// <summary>True while somebody uses the device.</summary>
    bool HasUsers { get; }

    /// <summary>Lets nobody in from now on and returns when the last user has gone. Cannot be cancelled. Called with no lock held, perhaps more than once.</summary>
    /// <param name="caller">Who waits.</param>
    void WaitForUsers(KernfsCaller caller);
}
