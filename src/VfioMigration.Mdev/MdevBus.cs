using System.Collections.Concurrent;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev;

/// <summary>
/// The mdev bus and the list of parents (<c>drivers/vfio/mdev/mdev_core.c</c>): <c>/sys/bus/mdev</c> and <c>/sys/class/mdev_bus</c>.
/// </summary>
public sealed class MdevBus(DriverCore core) : DeviceBus(core, "mdev")
{
    private readonly DriverCore core = core;
    private readonly ConcurrentDictionary<string, MdevDevice> uuids = new();
    private readonly ConcurrentDictionary<Device, MdevParent> parents = new();
    private Kobject? parentClass;

    /// <summary>A parent offers its types from now on; raised before user space is notified.</summary>
    public event Action<MdevParent>? ParentRegistered;

    /// <summary>A parent is about to remove its devices and withdraw its types.</summary>
    public event Action<MdevParent>? ParentUnregistering;

    /// <summary>A device is about to come into being on a parent; its UUID is taken, nothing is visible yet.</summary>
    public event Action<MdevParent>? DeviceCreating;

    public IReadOnlyCollection<MdevParent> Parents => [.. parents.Values];

    internal void RegisterWithClass()
    {
        Register();
        parentClass = core.CreateDirectory(core.Classes, "mdev_bus").Value;
    }

    internal void UnregisterWithClass()
    {
        DriverCore.RemoveDirectory(parentClass!);
        Unregister();
    }

    /// <summary>
    /// Makes a device a parent (mdev_register_parent): its types appear, it is linked from <c>/sys/class/mdev_bus</c>, and a change
    /// uevent with MDEV_STATE=registered is sent. EEXIST when it is one already.
    /// </summary>
    /// <param name="device">The physical or virtual device.</param>
    /// <param name="driver">Drives the devices created on it; must be registered on this bus.</param>
    /// <param name="types">At least one.</param>
    /// <param name="typePrefix">First part of the type directories; null takes dev_driver_string of the device.</param>
    public Result<MdevParent> RegisterParent(
        Device device,
        MdevDriver driver,
        IReadOnlyList<MdevTypeDefinition> types,
        string? typePrefix = null)
    {
        var parent = new MdevParent(core, this, device, driver);
        if (!parents.TryAdd(device, parent))
        {
            return Errno.EEXIST;
        }

        Errno error = parent.AddToTree(typePrefix ?? device.Driver?.Name ?? device.Subsystem ?? device.Name, types);
        if (error != Errno.None)
        {
            parents.TryRemove(device, out _);
            return error;
        }

        device.Users = parent;
        DriverCore.CreateLink(parentClass!, device, device);
        ParentRegistered?.Invoke(parent);
        device.Log(LogLevels.Info, "MDEV: Registered");
        device.SendUevent(UeventAction.Change, new KeyValuePair<string, string>("MDEV_STATE", "registered"));
        return parent;
    }

    /// <summary>Removes all devices of the parent, then its types (mdev_unregister_parent). Nothing happens for one that was, or is being, unregistered.</summary>
    public void UnregisterParent(MdevParent parent)
    {
        if (!parent.TryBeginUnregister())
        {
            return;
        }

        parent.Device.Log(LogLevels.Info, "MDEV: Unregistering");
        DriverCore.RemoveLink(parentClass!, parent.Device.Name);
        ParentUnregistering?.Invoke(parent);
        parent.RemoveFromTree();
        parent.Device.Users = null;
        parents.TryRemove(parent.Device, out _);
        parent.Device.SendUevent(UeventAction.Change, new KeyValuePair<string, string>("MDEV_STATE", "unregistered"));
    }

    /// <summary>One UUID is one device on the whole host, from the moment its creation begins until its removal has ended.</summary>
    internal bool TryReserve(MdevDevice device) => uuids.TryAdd(device.Name, device);

    internal void AnnounceCreation(MdevParent parent) => DeviceCreating?.Invoke(parent);

    internal void Release(MdevDevice device) => uuids.TryRemove(device.Name, out _);

    internal static Errno Attach(MdevDriver driver, MdevDevice device) => AttachDriver(driver, device);
}
