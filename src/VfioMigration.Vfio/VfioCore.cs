using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Vfio;

/// <summary>
/// The VFIO core of one host (<c>drivers/vfio/vfio_main.c</c>, <c>group.c</c>): its classes, group numbers and registered devices.
/// </summary>
public sealed class VfioCore(DriverCore core)
{
    /// <summary>The major of <c>/dev/vfio/N</c>; a real kernel takes whichever is free at boot.</summary>
    private const int GroupMajor = 245;

    private readonly NumberAllocator groups = new();
    private readonly NumberAllocator indexes = new();
    private DeviceClass? groupClass;
    private DeviceClass? deviceClass;
    private Device? container;
    private int registered;

    /// <summary>Devices registered now.</summary>
    public int RegisteredDevices => Volatile.Read(ref registered);

    /// <summary>
    /// Registers a device without a physical IOMMU (vfio_register_emulated_iommu_dev): its iommu group, <c>/sys/class/vfio/N</c> and
    /// <c>vfio-dev/vfioN</c> appear. ENODEV while vfio is not loaded. Pairs with <see cref="Unregister"/>.
    /// </summary>
    public Result<VfioDevice> RegisterEmulatedIommuDevice(Device device)
    {
        if (groupClass is null || deviceClass is null)
        {
            return Errno.ENODEV;
        }

        var group = new IommuGroup(core, groups.Take());
        group.Add(device);
        var groupNode = new Device(core, $"{group.Number}")
        {
            Class = groupClass,
            Node = new DeviceNode(GroupMajor, group.Number, $"vfio/{group.Number}"),
        };
        int index = indexes.Take();
        var deviceNode = new Device(core, $"vfio{index}") { Class = deviceClass, ParentDevice = device };
        var registration = new VfioDevice(device, index, group, groupNode, deviceNode);
        Interlocked.Increment(ref registered);
        Errno error = groupNode.Add();
        error = error == Errno.None ? deviceNode.Add() : error;
        if (error == Errno.None)
        {
            return registration;
        }

        Unregister(registration);
        return error;
    }

    /// <summary>Undoes the registration, in the kernel's order (vfio_unregister_group_dev).</summary>
    public void Unregister(VfioDevice device)
    {
        device.DeviceNode.Delete();
        indexes.Return(device.Index);
        device.GroupNode.Delete();
        device.Group.Remove(device.Device);
        groups.Return(device.Group.Number);
        Interlocked.Decrement(ref registered);
    }

    internal void Load()
    {
        container = new Device(core, "vfio") { Class = core.Misc, Node = new DeviceNode(10, 196, "vfio/vfio", 0x1B6 /* 0666 */) };
        container.Add();
        groupClass = Register("vfio");
        deviceClass = Register("vfio-dev");
    }

    internal void Unload()
    {
        deviceClass?.Unregister();
        groupClass?.Unregister();
        container?.Delete();
        deviceClass = groupClass = null;
    }

    private DeviceClass Register(string name)
    {
        var deviceClass = new DeviceClass(core, name);
        deviceClass.Register();
        return deviceClass;
    }
}
