using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio;

/// <summary>
/// The VFIO core of one host (<c>drivers/vfio/vfio_main.c</c>, <c>group.c</c>): its classes, group numbers and registered devices.
/// </summary>
public sealed class VfioCore
{
    /// <summary>The major of <c>/dev/vfio/N</c>; a real kernel takes whichever is free at boot.</summary>
    private const int GroupMajor = 245;

    private readonly DriverCore core;
    private readonly NumberAllocator groups = new();
    private readonly NumberAllocator indexes = new();
    private readonly Lock gate = new();

    /// <summary>By their index, of which the lowest free one is taken.</summary>
    private readonly List<VfioDevice?> devices = [];
    private readonly VfioDebugfs debugfs;
    private DeviceClass? groupClass;
    private DeviceClass? deviceClass;
    private Device? container;

    public VfioCore(DriverCore core)
    {
        this.core = core;
        debugfs = new VfioDebugfs(core);
    }

    /// <summary>A device was registered; it can be used.</summary>
    public event Action<VfioDevice>? DeviceRegistered;

    /// <summary>A device is about to be removed; it has no users, and refuses new ones.</summary>
    public event Action<VfioDevice>? DeviceUnregistering;

    /// <summary>Who has operations of its own for functions bound to vfio-pci.</summary>
    public VfioPciVendors PciVendors { get; } = new();

    /// <summary>Devices registered now, in the order of their indexes.</summary>
    public IReadOnlyList<VfioDevice> Devices
    {
        get
        {
            lock (gate)
            {
                return [.. devices.OfType<VfioDevice>()];
            }
        }
    }

    /// <summary>The device of that name; null when none is registered.</summary>
    public VfioDevice? Find(string name)
    {
        lock (gate)
        {
            return devices.Find(device => device is not null && device.Device.Name == name);
        }
    }

    /// <summary>
    /// Registers a device without a physical IOMMU (vfio_register_emulated_iommu_dev): its iommu group, <c>/sys/class/vfio/N</c> and
    /// <c>vfio-dev/vfioN</c> appear. ENODEV while vfio is not loaded, and for a driver whose probe was abandoned. Pairs with <see cref="Unregister"/>.
    /// </summary>
    public Errno RegisterEmulatedIommuDevice(VfioDevice device)
    {
        if (groupClass is null || deviceClass is null || device.Guard.IsBroken || device.Guard.Calls.IsAbandoned)
        {
            return Errno.ENODEV;
        }

        device.Group = new IommuGroup(core, groups.Take());
        device.Group.Add(device.Device);
        device.GroupNode = new Device(core, $"{device.GroupNumber}")
        {
            Class = groupClass,
            Node = new DeviceNode(GroupMajor, device.GroupNumber, $"vfio/{device.GroupNumber}"),
        };
        device.Index = indexes.Take();
        device.Clock = core.Clock;
        device.Core = this;
        device.Device.Users = device;
        device.DeviceNode = new Device(core, $"vfio{device.Index}") { Class = deviceClass, ParentDevice = device.Device };
        lock (gate)
        {
            while (devices.Count <= device.Index)
            {
                devices.Add(null);
            }

            devices[device.Index] = device;
        }

        Errno error = device.GroupNode.Add();
        error = error == Errno.None ? device.DeviceNode.Add() : error;
        if (error != Errno.None)
        {
            Unregister(device);
            return error;
        }

        debugfs.Add(device);
        DeviceRegistered?.Invoke(device);
        return Errno.None;
    }

    /// <summary>
    /// Undoes the registration, in the kernel's order (vfio_unregister_group_dev): new users are refused, the node is removed, then this waits
    /// for the users of the device. A device that is being unbound was waited for already (<see cref="Device.Users"/>), so the driver's remove
    /// does not wait here. Nothing happens for a device that is not registered any more: a late driver may try.
    /// </summary>
    public void Unregister(VfioDevice device)
    {
        device.WaitForUsers(default);
        if (Interlocked.Exchange(ref device.Core, null) is null)
        {
            return;
        }

        DeviceUnregistering?.Invoke(device);
        debugfs.Remove(device);
        device.Device.Users = null;
        device.GroupNode.Delete();
        device.Group.Remove(device.Device);
        groups.Return(device.GroupNumber);
        lock (gate)
        {
            devices[device.Index] = null;
        }

        indexes.Return(device.Index);
    }

    internal void Load()
    {
        debugfs.Load();
        container = new Device(core, "vfio") { Class = core.Misc, Node = new DeviceNode(10, 196, "vfio/vfio", FileModes.Octal(666)) };
        container.Add();
        groupClass = Register("vfio");
        deviceClass = Register("vfio-dev");
    }

    internal void Unload()
    {
        deviceClass?.Unregister();
        groupClass?.Unregister();
        container?.Delete();
        debugfs.Unload();
        deviceClass = groupClass = null;
    }

    private DeviceClass Register(string name)
    {
        var deviceClass = new DeviceClass(core, name);
        deviceClass.Register();
        return deviceClass;
    }
}
