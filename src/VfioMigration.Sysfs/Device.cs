using VfioMigration.Sysfs.Guards;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// A device (<c>struct device</c>): a directory below /sys/devices with <c>uevent</c>, <c>power/</c> and <c>subsystem</c>, listed
/// on its bus or in its class. Order of steps as in <c>drivers/base/core.c</c>, device_add and device_del.
/// </summary>
public partial class Device : Kobject
{
    private static readonly KernfsName SubsystemLink = new("subsystem");
    private static readonly KernfsName DeviceLink = new("device");
    private readonly DriverCore core;
    private readonly object gate = new();
    private DeviceBinding binding = DeviceBinding.Absent;
    private Kobject? glue;
    private VendorGuard? guard;

    public Device(DriverCore core, string name)
        : base(core.Tree, name) => this.core = core;

    /// <summary>The class the device belongs to, if any. A device has a bus or a class, not both.</summary>
    public DeviceClass? Class { get; init; }

    /// <summary>The bus the device sits on, if any.</summary>
    public DeviceBus? Bus { get; init; }

    /// <summary>The containing device, if any.</summary>
    public Device? ParentDevice { get; init; }

    public DeviceNode? Node { get; init; }

    /// <summary>Attributes the device has from birth, besides those of its bus.</summary>
    public IReadOnlyList<AttributeGroup> Groups { get; init; } = [];

    /// <summary>The driver bound to the device, or being bound; null otherwise.</summary>
    public DeviceDriver? Driver { get; private set; }

    /// <summary>Where the bound driver keeps its state (dev_set_drvdata).</summary>
    public object? DriverData { get; set; }

    /// <summary>The way into the driver of this device.</summary>
    public VendorGuard Guard => Volatile.Read(ref guard)
        ?? Interlocked.CompareExchange(ref guard, new VendorGuard(Tree.Root.VendorCalls, text => Log(LogLevels.Error, text)), null) ?? guard!;

    public override VendorGuard? DriverGuard => Guard;

    /// <summary>The users of the device, waited for before its driver is unbound; null for none.</summary>
    public IDeviceUsers? Users { get; set; }

    public override string? Subsystem => Bus?.Name ?? Class?.Name;

    /// <summary>
    /// Enters the tree and, on a bus that probes by itself, looks for a driver (device_add). EEXIST when the name is taken.
    /// </summary>
    public Errno Add()
    {
        Errno error = EnterTree();
        if (error != Errno.None)
        {
            return error;
        }

        AddGroup(UeventAttribute.DeviceGroup);
        if (Node is not null)
        {
            AddGroup(DevAttribute.Group);
            DriverCore.CreateLink(core.CharDevices, $"{Node.Major}:{Node.Minor}", this);
        }

        AddClassLinks();
        foreach (AttributeGroup group in AllGroups())
        {
            error = AddGroup(group);
            if (error != Errno.None)
            {
                RemoveClassLinks();
                RemoveFromTree();
                return error;
            }
        }

        if (Node is not null)
        {
            core.Devtmpfs.Add(this);
        }

        Bus?.AddDevice(this);
        AddGroup(PowerGroup.Group);
        lock (gate)
        {
            binding = DeviceBinding.Unbound;
        }

        Bus?.OnAdded(this);
        SendUevent(UeventAction.Add);
        Bus?.ProbeDevice(this);
        return Errno.None;
    }

    /// <summary>Leaves the tree (device_del): the files first, then the driver, then the directory. Deleting twice does nothing.</summary>
    public void Delete() => Delete(default);

    /// <summary>As <see cref="Delete()"/>, for a caller that may have to wait for the users of the device.</summary>
    public void Delete(KernfsCaller caller)
    {
        if (!BeginDelete())
        {
            return;
        }

        RemoveGroup(PowerGroup.Group);
        RemoveClassLinks();
        RemoveGroup(UeventAttribute.DeviceGroup);
        foreach (AttributeGroup group in AllGroups())
        {
            RemoveGroup(group);
        }

        Bus?.RemoveDevice(this);
        Unbind(caller, forDelete: true);
        Bus?.OnRemoved(this);
        SendUevent(UeventAction.Remove);
        RemoveFromTree();
    }

    /// <summary>A line of the kernel log with the prefix of dev_info: driver, bus or class, then the device's name.</summary>
    public void Log(int level, string text) =>
        Tree.Log.Write(level, text, Driver?.Name ?? Subsystem ?? "", Name);

    /// <summary>As <see cref="Log(int, string)"/>, for a line that is formatted only when it is read.</summary>
    /// <param name="level">See <see cref="LogLevels"/>.</param>
    /// <param name="length">About how many characters it will have.</param>
    /// <param name="text">Keeps texts only: a log line must not keep a driver that was unloaded.</param>
    public void Log(int level, int length, Func<string> text) =>
        Tree.Log.Write(level, length, text, Driver?.Name ?? Subsystem ?? "", Name);

    /// <summary>As dev_uevent: device numbers, then the driver, then what the bus adds.</summary>
    protected internal override void AppendUeventVariables(UeventEnvironment environment)
    {
        if (Node is not null)
        {
            environment.Add("MAJOR", $"{Node.Major}");
            environment.Add("MINOR", $"{Node.Minor}");
            environment.Add("DEVNAME", Node.Name);
            if (Node.Mode is { } mode)
            {
                environment.Add("DEVMODE", $"0{Convert.ToString(mode, 8)}");
            }
        }

        if (Driver is { } driver)
        {
            environment.Add("DRIVER", driver.Name);
        }

        Bus?.AppendDeviceUeventVariables(this, environment);
    }

    private IEnumerable<AttributeGroup> AllGroups() => Bus is null ? Groups : Bus.DeviceGroups.Concat(Groups);

    private Errno EnterTree()
    {
        lock (core.GlueGate)
        {
            Errno error = AddTo(PlaceInTree());
            if (error != Errno.None)
            {
                RemoveGlue();
            }

            return error;
        }
    }

    /// <summary>
    /// A class device lives in a directory named after its class: below the parent device, or below /sys/devices/virtual. That
    /// "glue" directory exists while it has content (get_device_parent). Under the glue gate.
    /// </summary>
    private Kobject PlaceInTree()
    {
        Kobject parent = (Kobject?)ParentDevice ?? (Class is null ? core.Devices : core.Virtual);
        if (Class is null || ParentDevice?.Class is not null)
        {
            return parent;
        }

        var existing = Tree.Root.Find(parent.LiveDirectory, Class.KernfsName.Utf8) as KernfsDirectory;
        Result<Kobject> made = existing?.Kobject is { } found ? found : core.CreateDirectory(parent, new Kobject(Class));
        glue = made.IsOk ? made.Value : null;
        return glue ?? parent;
    }

    private void AddClassLinks()
    {
        if (Class is null)
        {
            return;
        }

        AddLink(SubsystemLink, Class);
        if (ParentDevice is not null)
        {
            AddLink(DeviceLink, ParentDevice);
        }

        Class.AddLink(KernfsName, this);
    }

    private void RemoveClassLinks()
    {
        if (Class is not null)
        {
            RemoveLink(DeviceLink);
            RemoveLink(SubsystemLink);
            Class.RemoveLink(KernfsName);
        }

        if (Node is not null)
        {
            core.Devtmpfs.Remove(this);
            DriverCore.RemoveLink(core.CharDevices, $"{Node.Major}:{Node.Minor}");
            RemoveGroup(DevAttribute.Group);
        }
    }

    private void RemoveFromTree()
    {
        RemoveDirectory();
        lock (core.GlueGate)
        {
            RemoveGlue();
        }
    }

    /// <summary>Under the glue gate.</summary>
    private void RemoveGlue()
    {
        if (glue?.Directory is { } directory)
        {
            Tree.Root.RemoveIfEmpty(directory);
        }
    }
}
