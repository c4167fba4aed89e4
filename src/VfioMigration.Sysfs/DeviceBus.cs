using System.Collections.Concurrent;
using System.Text;

using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// A bus (<c>struct bus_type</c>): <c>/sys/bus/NAME</c> with its devices, its drivers and the files with which a shell binds them
/// (<c>drivers/base/bus.c</c>).
/// </summary>
public class DeviceBus : Kobject
{
    private static readonly KernfsName SubsystemLink = new("subsystem");

    private static readonly AttributeGroup BusGroup = new(
        UeventAttribute.WriteOnly,
        SysfsAttribute<DeviceBus>.WriteOnly("drivers_probe", static (bus, name) => bus.ProbeByName(name)),
        SysfsAttribute<DeviceBus>.ReadWrite(
            "drivers_autoprobe",
            static (bus, page) => SysfsText.Line(page, bus.Autoprobe ? 1 : 0),
            static (bus, value) =>
            {
                bus.Autoprobe = value.IsEmpty || value[0] != '0';
                return Errno.None;
            }));

    private static readonly AttributeGroup DriverGroup = new(
        UeventAttribute.WriteOnly,
        SysfsAttribute<DeviceDriver>.WriteOnly("bind", static (driver, name) => driver.Bus.BindByName(driver, name)),
        SysfsAttribute<DeviceDriver>.Uninterruptible("unbind", static (driver, name, caller) => driver.Bus.UnbindByName(driver, name, caller)));

    private readonly DriverCore core;
    private readonly ConcurrentDictionary<string, Device> devices = new();
    private readonly ConcurrentDictionary<string, DeviceDriver> drivers = new();
    private Kobject devicesDirectory = null!;
    private Kobject driversDirectory = null!;

    public DeviceBus(DriverCore core, string name)
        : base(core.Tree, name) => this.core = core;

    /// <summary>A device has its files and is about to be announced (BUS_NOTIFY_ADD_DEVICE); no driver has seen it.</summary>
    public event Action<Device>? DeviceAdded;

    /// <summary>A device has lost its driver and is about to leave the tree (BUS_NOTIFY_REMOVED_DEVICE).</summary>
    public event Action<Device>? DeviceRemoved;

    /// <summary>A driver took a device over; raised before the bind uevent, so that files added here are there when it is read.</summary>
    public event Action<Device>? DeviceBound;

    /// <summary>A driver is about to give a device up.</summary>
    public event Action<Device>? DeviceUnbinding;

    public override string Subsystem => "bus";

    /// <summary>Attributes every device of the bus has (dev_groups of the bus).</summary>
    public virtual IReadOnlyList<AttributeGroup> DeviceGroups => [];

    /// <summary>Attributes every driver of the bus has besides <c>bind</c> and <c>unbind</c> (drv_groups of the bus).</summary>
    public virtual IReadOnlyList<AttributeGroup> DriverGroups => [];

    /// <summary>What <c>drivers_autoprobe</c> shows.</summary>
    public bool Autoprobe { get; private set; } = true;

    public IReadOnlyCollection<Device> Devices => [.. devices.Values];

    public Device? FindDevice(string name) => devices.GetValueOrDefault(name);

    /// <summary>Creates <c>/sys/bus/NAME</c>. EEXIST when there is such a bus.</summary>
    public Errno Register()
    {
        Errno error = AddTo(core.Buses);
        if (error != Errno.None)
        {
            return error;
        }

        devicesDirectory = core.CreateDirectory(this, "devices").Value;
        driversDirectory = core.CreateDirectory(this, "drivers").Value;
        AddGroup(BusGroup);
        return SendUevent(UeventAction.Add);
    }

    /// <summary>The bus must have no devices and no drivers left.</summary>
    public void Unregister()
    {
        SendUevent(UeventAction.Remove);
        RemoveDirectory();
    }

    /// <summary>Announces the driver and, when the bus probes by itself, offers it every free device. EBUSY when the name is taken.</summary>
    public Errno RegisterDriver(DeviceDriver driver)
    {
        if (!drivers.TryAdd(driver.Name, driver))
        {
            return Errno.EBUSY;
        }

        Errno error = driver.AddTo(driversDirectory);
        if (error != Errno.None)
        {
            drivers.TryRemove(driver.Name, out _);
            return error;
        }

        driver.AddGroup(DriverGroup);
        foreach (AttributeGroup group in DriverGroups)
        {
            driver.AddGroup(group);
        }

        driver.Module.AddDriver(driver);
        driver.SendUevent(UeventAction.Add);
        if (Autoprobe)
        {
            AttachAll(driver);
        }

        return Errno.None;
    }

    /// <summary>Offers a driver every free device that it matches (driver_attach).</summary>
    protected void AttachAll(DeviceDriver driver)
    {
        foreach (Device device in devices.Values)
        {
            TryBind(driver, device);
        }
    }

    /// <summary>Unbinds all its devices and removes the driver.</summary>
    public void UnregisterDriver(DeviceDriver driver)
    {
        driver.Close();
        foreach (Device device in driver.Devices)
        {
            device.Unbind(default, only: driver);
        }

        driver.Module.RemoveDriver(driver);
        driver.SendUevent(UeventAction.Remove);
        driver.RemoveDirectory();
        drivers.TryRemove(driver.Name, out _);
    }

    /// <summary>Variables of the bus in a device's uevents.</summary>
    protected internal virtual void AppendDeviceUeventVariables(Device device, UeventEnvironment environment)
    {
    }

    /// <summary>Binds a driver without asking whether it matches (device_driver_attach); for buses that bind on creation.</summary>
    protected static Errno AttachDriver(DeviceDriver driver, Device device) => device.Bind(driver);

    internal void OnAdded(Device device) => DeviceAdded?.Invoke(device);

    internal void OnRemoved(Device device) => DeviceRemoved?.Invoke(device);

    internal void OnBound(Device device) => DeviceBound?.Invoke(device);

    internal void OnUnbinding(Device device) => DeviceUnbinding?.Invoke(device);

    internal void AddDevice(Device device)
    {
        devices[device.Name] = device;
        devicesDirectory.AddLink(device.KernfsName, device);
        device.AddLink(SubsystemLink, this);
    }

    internal void RemoveDevice(Device device)
    {
        device.RemoveLink(SubsystemLink);
        devicesDirectory.RemoveLink(device.KernfsName);
        devices.TryRemove(device.Name, out _);
    }

    internal void ProbeDevice(Device device)
    {
        if (Autoprobe)
        {
            ProbeAnyDriver(device);
        }
    }

    private void ProbeAnyDriver(Device device)
    {
        _ = !device.IsBound && drivers.Values.OrderBy(d => d.Name, StringComparer.Ordinal).Any(driver => TryBind(driver, device));
    }

    private static bool TryBind(DeviceDriver driver, Device device) =>
        !device.IsBound && driver.CallMatches(device) && device.Bind(driver) == Errno.None;

    /// <summary>drivers_probe: ENODEV for an unknown device, success also when no driver matches.</summary>
    private Errno ProbeByName(ReadOnlySpan<byte> name)
    {
        if (Named(name) is not { } device)
        {
            return Errno.ENODEV;
        }

        ProbeAnyDriver(device);
        return Errno.None;
    }

    private Errno BindByName(DeviceDriver driver, ReadOnlySpan<byte> name) =>
        Named(name) is { } device && driver.CallMatches(device) ? device.Bind(driver) : Errno.ENODEV;

    private Errno UnbindByName(DeviceDriver driver, ReadOnlySpan<byte> name, KernfsCaller caller) =>
        Named(name) is { } device && device.Unbind(caller, only: driver) ? Errno.None : Errno.ENODEV;

    private Device? Named(ReadOnlySpan<byte> name) => FindDevice(Encoding.UTF8.GetString(SysfsText.TrimNewline(name)));
}
