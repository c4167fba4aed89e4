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

    /// <summary>The major of <c>/dev/vfio/devices/vfioN</c>, as free as the other.</summary>
    private const int DeviceMajor = 244;

    /// <summary>Of <c>/dev/iommu</c>, from those that are given to who asks (MISC_DYNAMIC_MINOR).</summary>
    private const int IommuMinor = 258;

    private readonly DriverCore core;
    private readonly NumberAllocator indexes = new();
    private readonly Lock gate = new();

    /// <summary>By their index, of which the lowest free one is taken.</summary>
    private readonly List<VfioDevice?> devices = [];
    private readonly VfioDebugfs debugfs;
    private DeviceClass? groupClass;
    private DeviceClass? deviceClass;
    private Device? container;
    private Device? iommu;

    public VfioCore(DriverCore core)
    {
        this.core = core;
        IommuGroups = new IommuGroups(core);
        debugfs = new VfioDebugfs(core);
    }

    /// <summary>A device was registered; it can be used.</summary>
    public event Action<VfioDevice>? DeviceRegistered;

    /// <summary>A device is about to be removed; it has no users, and refuses new ones.</summary>
    public event Action<VfioDevice>? DeviceUnregistering;

    /// <summary>
    /// Somebody is going to ask who has a device open. Who serves open files returns when every close that a program has made by now has happened here as well: the kernel does not wait for that.
    /// </summary>
    public event Action? ClientsAsked;

    /// <summary>True on a kernel with CONFIG_IOMMUFD.</summary>
    public bool HasIommufd { get; init; }

    /// <summary>True on a kernel that knows VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2.</summary>
    internal bool HasPrecopyInfoV2 => core.KernelVersion >= new Version(7, 2);

    /// <summary>True on a kernel of the 7 series.</summary>
    public bool IsLinux7 => core.KernelVersion.Major >= 7;

    internal void AskForClients() => ClientsAsked?.Invoke();

    /// <summary>The groups of this host.</summary>
    public IommuGroups IommuGroups { get; }

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
    /// Registers a device that reaches memory through its parent (vfio_register_emulated_iommu_dev): a group of vfio's own, <c>/sys/class/vfio/N</c> and
    /// <c>vfio-dev/vfioN</c> appear. ENODEV while vfio is not loaded, and for a driver whose probe was abandoned. Pairs with <see cref="Unregister"/>.
    /// </summary>
    public Errno RegisterEmulatedIommuDevice(VfioDevice device) => Register(device, group: null, VfioGroupKind.EmulatedIommu);

    /// <summary>
    /// Registers a function that reaches memory itself (vfio_register_group_dev): with the group that its IOMMU gave it; without an IOMMU with one of vfio's
    /// own, whose node is <c>/dev/vfio/noiommu-N</c>. Errors as <see cref="RegisterEmulatedIommuDevice"/>.
    /// </summary>
    public Errno RegisterGroupDevice(VfioDevice device)
    {
        IommuGroup? group = IommuGroups.Find(device.Device);
        Errno error = Register(device, group, group is null ? VfioGroupKind.NoIommu : VfioGroupKind.Iommu);
        if (error == Errno.None && group is null)
        {
            device.Device.Log(LogLevels.Warning, "Adding kernel taint for vfio-noiommu group on device");
        }

        return error;
    }

    private Errno Register(VfioDevice device, IommuGroup? group, VfioGroupKind kind)
    {
        if (groupClass is null || deviceClass is null || device.Guard.IsBroken || device.Guard.Calls.IsAbandoned)
        {
            return Errno.ENODEV;
        }

        device.OwnsGroup = group is null;
        device.Group = group ?? IommuGroups.Add(device.Device);
        device.GroupKind = kind;
        string node = $"{(kind == VfioGroupKind.NoIommu ? "noiommu-" : "")}{device.GroupNumber}";
        device.GroupNode = new Device(core, node)
        {
            Class = groupClass,
            Node = new DeviceNode(GroupMajor, device.GroupNumber, $"vfio/{node}"),
        };
        device.Index = indexes.Take();
        device.Clock = core.Clock;
        device.Core = this;
        device.Device.Users = device;
        device.DeviceNode = new Device(core, $"vfio{device.Index}")
        {
            Class = deviceClass,
            ParentDevice = device.Device,
            Node = HasIommufd ? new DeviceNode(DeviceMajor, device.Index, $"vfio/devices/vfio{device.Index}") : null,
        };
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
        if (device.OwnsGroup)
        {
            IommuGroups.Remove(device.Group, device.Device);
        }

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
        if (HasIommufd)
        {
            iommu = new Device(core, "iommu") { Class = core.Misc, Node = new DeviceNode(10, IommuMinor, "iommu", FileModes.Octal(660)) };
            iommu.Add();
        }

        groupClass = RegisterClass("vfio");
        deviceClass = RegisterClass("vfio-dev");
    }

    internal void Unload()
    {
        deviceClass?.Unregister();
        groupClass?.Unregister();
        iommu?.Delete();
        container?.Delete();
        debugfs.Unload();
        deviceClass = groupClass = null;
    }

    private DeviceClass RegisterClass(string name)
    {
        var deviceClass = new DeviceClass(core, name);
        deviceClass.Register();
        return deviceClass;
    }
}
