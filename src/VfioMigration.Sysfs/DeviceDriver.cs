using System.Collections.Concurrent;

using VfioMigration.Sysfs.Guards;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>A driver on a bus (<c>struct device_driver</c>): <c>/sys/bus/BUS/drivers/NAME</c>.</summary>
public abstract class DeviceDriver(DeviceBus bus, KernelModule module, string name) : Kobject(bus.Tree, name)
{
    private readonly ConcurrentDictionary<Device, byte> devices = new();
    private readonly object gate = new();
    private const int MaxGroups = 64;

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

    /// <summary>True when the driver is to be probed with the device. Buses where user space binds by hand answer false.</summary>
    public virtual bool Matches(Device device) => false;

    /// <summary>Takes the device over, or returns the reason why not. No lock is held; the device's files are already visible.</summary>
    protected abstract Errno Probe(Device device);

    /// <summary>Gives the device up. Everything probe did must be undone.</summary>
    protected abstract void Remove(Device device);

    /// <summary>
    /// Probe by vendor code. EBUSY, with a line in the kernel log, for a driver in which <see cref="VendorCalls.MaxAbandonedCalls"/> abandoned calls are still running; else as
    /// <see cref="VendorGuard"/> says.
    /// </summary>
    internal Errno CallProbe(Device device)
    {
        if (Module.Guarded.IsAtLimit)
        {
            device.Log(LogLevels.Error, $"probe: driver {Name} gets no new devices: {VendorCalls.MaxAbandonedCalls} of its calls were abandoned and have not returned");
            return Errno.EBUSY;
        }

        device.Guard.Driver = Module.Guarded;
        return device.Guard.Call(VendorCall.Probe, (driver: this, device), static call => call.driver.Probe(call.device)).Error;
    }

    /// <summary>A broken device is released without its driver.</summary>
    internal void CallRemove(Device device) =>
        device.Guard.Call(VendorCall.Remove, (driver: this, device), static call =>
        {
            call.driver.Remove(call.device);
            return Errno.None;
        });

    /// <summary><see cref="Matches"/>; false for a driver that fails.</summary>
    internal bool CallMatches(Device device) =>
        device.Guard.Call(VendorCall.Describe, (driver: this, device), static call => (Result<bool>)call.driver.Matches(call.device)).Result.TryGet(out bool matches) && matches;

    /// <summary><see cref="DeviceGroups"/>; none for a driver that fails.</summary>
    internal IReadOnlyList<AttributeGroup> CallDeviceGroups(Device device) =>
        device.Guard.Call(VendorCall.Describe, this, static driver => (Result<AttributeGroup[]>)driver.DeviceGroups.Take(MaxGroups).OfType<AttributeGroup>().ToArray())
            .Result.TryGet(out AttributeGroup[] groups) ? groups : [];

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
