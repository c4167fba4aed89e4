using System.Collections.Concurrent;

using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>A driver on a bus (<c>struct device_driver</c>): <c>/sys/bus/BUS/drivers/NAME</c>.</summary>
public abstract class DeviceDriver(DeviceBus bus, KernelModule module, string name) : Kobject(bus.Tree, name)
{
    private readonly ConcurrentDictionary<Device, byte> devices = new();
    private readonly object gate = new();
    private int binding;
    private bool closed;

    public DeviceBus Bus => bus;

    /// <summary>The module that contains the driver.</summary>
    public KernelModule Module => module;

    public override string Subsystem => "drivers";

    /// <summary>Attributes that every bound device gets after a successful probe (dev_groups).</summary>
    public virtual IReadOnlyList<AttributeGroup> DeviceGroups => [];

    /// <summary>The devices bound now.</summary>
    public IReadOnlyCollection<Device> Devices => [.. devices.Keys];

    /// <summary>True when the driver wants to be tried on the device. Buses where user space binds by hand answer false.</summary>
    public virtual bool Matches(Device device) => false;

    /// <summary>Takes the device over, or says why not. No lock is held; the device's files are already visible.</summary>
    protected abstract Errno Probe(Device device);

    /// <summary>Gives the device up. Everything probe did must be undone.</summary>
    protected abstract void Remove(Device device);

    /// <summary>Probe by vendor code; an exception is EIO.</summary>
    internal Errno CallProbe(Device device)
    {
        try
        {
            Errno error = Probe(device);
            return error == Errno.None ? error : error.Clamp();
        }
        catch (Exception bug)
        {
            device.Log(LogLevels.Error, $"probe threw {bug.GetType().Name}: {bug.Message}");
            return Errno.EIO;
        }
    }

    internal void CallRemove(Device device)
    {
        try
        {
            Remove(device);
        }
        catch (Exception bug)
        {
            device.Log(LogLevels.Error, $"remove threw {bug.GetType().Name}: {bug.Message}");
        }
    }

    /// <summary>Begins a bind, unless the driver is being unregistered. Pairs with <see cref="EndBind"/>.</summary>
    internal bool TryBeginBind()
    {
        lock (gate)
        {
            binding += closed ? 0 : 1;
            return !closed;
        }
    }

    internal void EndBind()
    {
        lock (gate)
        {
            binding--;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Refuses new binds and waits for those under way.</summary>
    internal void Close()
    {
        lock (gate)
        {
            closed = true;
            while (binding > 0)
            {
                Monitor.Wait(gate);
            }
        }
    }

    internal void Track(Device device) => devices[device] = 0;

    internal void Untrack(Device device) => devices.TryRemove(device, out _);
}
