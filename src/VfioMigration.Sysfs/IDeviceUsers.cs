using VfioMigration.Sysfs.Kernfs;

namespace VfioMigration.Sysfs;

/// <summary>
/// The users of a device, as seen by unbinding. A driver's remove would wait for them in the kernel; here the core waits before it calls the
/// driver, so that the time in a driver's remove never depends on the users.
/// </summary>
public interface IDeviceUsers
{
    /// <summary>True while the device is in use.</summary>
    bool HasUsers { get; }

    /// <summary>Refuses new users from now on and returns when the last one has closed the device. Cannot be cancelled. Called with no lock held, perhaps more than once.</summary>
    /// <param name="caller">Who waits.</param>
    void WaitForUsers(KernfsCaller caller);

    /// <summary>
    /// The driver is done with the device, by its remove or by a probe that failed, and did not undo what this stands for: it is undone now, as the driver core releases managed
    /// resources (drivers/base/devres.c). Called with no lock held.
    /// </summary>
    void Release();
}
