using System.Collections.Concurrent;

using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev;

/// <summary>
/// A device that can be divided (<c>struct mdev_parent</c>): its types, and the devices created on it. The lock guards the count of
/// creations and removals under way against unregistration and is never held while a driver runs.
/// </summary>
public sealed partial class MdevParent : IDeviceUsers
{
    private const string TypesDirectory = "mdev_supported_types";

    private readonly DriverCore core;
    private readonly MdevBus bus;
    private readonly GuardedMdevDriver asked;
    private readonly object gate = new();
    private readonly ConcurrentDictionary<string, MdevDevice> devices = new();
    private Kobject? typesDirectory;
    private int availableInstances;
    private int underway;
    private bool unregistering;
    private int unregistered;

    internal MdevParent(DriverCore core, MdevBus bus, Device device, MdevDriver driver)
    {
        this.core = core;
        this.bus = bus;
        Device = device;
        Driver = driver;
        asked = new GuardedMdevDriver(driver, device.Guard);
        availableInstances = asked.MaxInstances;
    }

    public Device Device { get; }

    public MdevDriver Driver { get; }

    public IReadOnlyList<MdevType> Types { get; private set; } = [];

    /// <summary>Devices on this parent now.</summary>
    public IReadOnlyCollection<MdevDevice> Devices => [.. devices.Values];

    /// <summary>True when creations are refused because the parent is being removed.</summary>
    public bool IsUnregistering
    {
        get
        {
            lock (gate)
            {
                return unregistering;
            }
        }
    }

    /// <summary>True while a device on this parent is in use.</summary>
    public bool HasUsers => devices.Values.Any(static device => device.Users is { HasUsers: true });

    /// <summary>Refuses new devices, and waits until no existing one is in use.</summary>
    public void WaitForUsers(KernfsCaller caller)
    {
        CloseToCreation();
        foreach (MdevDevice device in devices.Values)
        {
            if (device.Users is { HasUsers: true } users)
            {
                users.WaitForUsers(caller);
            }
        }
    }

    /// <summary>The driver has left its parent behind.</summary>
    void IDeviceUsers.Release() => bus.UnregisterParent(this);

    /// <summary>True once.</summary>
    internal bool TryBeginUnregister() => Interlocked.Exchange(ref unregistered, 1) == 0;

    /// <summary><see cref="MdevDriver.TakesCreationParameters"/>; false for a driver that fails.</summary>
    public bool TakesCreationParameters => asked.TakesCreationParameters;

    /// <summary>What is left of the driver's <see cref="MdevDriver.MaxInstances"/>.</summary>
    internal int AvailableInstances => Volatile.Read(ref availableInstances);

    internal Errno AddToTree(string prefix, IReadOnlyList<MdevTypeDefinition> definitions)
    {
        Result<Kobject> directory = core.CreateDirectory(Device, TypesDirectory);
        if (!directory.TryGet(out Kobject types))
        {
            return directory.Error;
        }

        typesDirectory = types;
        Types = [.. definitions.Select(definition => new MdevType(this, definition, $"{prefix}-{definition.SysfsName}"))];
        foreach (MdevType type in Types)
        {
            Errno error = type.AddToTree(core, types);
            if (error != Errno.None)
            {
                DriverCore.RemoveDirectory(types);
                return error;
            }
        }

        return Errno.None;
    }

    /// <summary>
    /// mdev_device_create. ENODEV while the parent is unregistered, EEXIST when the UUID is known anywhere on the host, EUSERS when
    /// the parent is full, else the errno of the driver's probe.
    /// </summary>
    public Errno Create(MdevType type, string uuid, IReadOnlyDictionary<string, string>? parameters = null)
    {
        if (!TryEnter())
        {
            return Errno.ENODEV;
        }

        try
        {
            var device = new MdevDevice(core, type, uuid)
            {
                Bus = bus,
                ParentDevice = Device,
                Groups = MdevDevice.BirthGroups,
                IsCounted = type.Driver.GetAvailable(type) is null,
                CreationParameters = parameters ?? type.DefaultParameters,
            };
            if (!bus.TryReserve(device))
            {
                return Errno.EEXIST;
            }

            if (device.IsCounted && !TryTakeInstance())
            {
                bus.Release(device);
                return Errno.EUSERS;
            }

            bus.AnnounceCreation(this);
            Errno error = Register(device);
            if (error != Errno.None)
            {
                Forget(device);
            }

            return error;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>mdev_device_remove: ENODEV while the parent is unregistered, which removes the device as well.</summary>
    internal Errno RemoveDevice(MdevDevice device, KernfsCaller caller)
    {
        if (!TryEnter())
        {
            return Errno.ENODEV;
        }

        try
        {
            TakeDown(device, caller);
            return Errno.None;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Refuses new devices, waits for creations and removals under way, and removes what is left.</summary>
    internal void RemoveFromTree()
    {
        CloseToCreation();
        foreach (MdevDevice device in devices.Values)
        {
            TakeDown(device, default);
        }

        if (typesDirectory is not null)
        {
            DriverCore.RemoveDirectory(typesDirectory);
        }
    }

    private void CloseToCreation()
    {
        lock (gate)
        {
            unregistering = true;
            while (underway > 0)
            {
                Monitor.Wait(gate);
            }
        }
    }

    private Errno Register(MdevDevice device)
    {
        devices[device.Name] = device;
        Errno error = device.Add();
        if (error != Errno.None)
        {
            return error;
        }

        error = MdevBus.Attach(Driver, device);
        if (error != Errno.None)
        {
            device.Delete();
            return error;
        }

        DriverCore.CreateLink(device.Type.DevicesDirectory, device, device);
        DriverCore.CreateLink(device, "mdev_type", device.Type);
        device.IsActive = true;
        return Errno.None;
    }

    private void TakeDown(MdevDevice device, KernfsCaller caller)
    {
        DriverCore.RemoveLink(device, "mdev_type");
        DriverCore.RemoveLink(device.Type.DevicesDirectory, device.Name);
        device.Delete(caller);
        Forget(device);
    }

    private void Forget(MdevDevice device)
    {
        devices.TryRemove(device.Name, out _);
        bus.Release(device);
        if (device.IsCounted)
        {
            Interlocked.Increment(ref availableInstances);
        }
    }

    private bool TryTakeInstance()
    {
        int seen = Volatile.Read(ref availableInstances);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref availableInstances, seen - 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    private bool TryEnter()
    {
        lock (gate)
        {
            if (unregistering)
            {
                return false;
            }

            underway++;
            return true;
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            underway--;
            Monitor.PulseAll(gate);
        }
    }
}
