using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs;

/// <summary>
/// Binding to a driver (<c>drivers/base/dd.c</c>). The device's lock is never held while probe or remove of the driver runs; a caller that
/// needs the device meanwhile waits for the binding state to settle.
/// </summary>
public partial class Device
{
    private static readonly KernfsName DriverLink = new("driver");
    private bool deleting;
    private IReadOnlyList<AttributeGroup> driverGroups = [];

    /// <summary>Of the bound driver; only its probe adds to them, and a binding under way is one thread's.</summary>
    private List<AttributeGroup>? managedGroups;

    /// <summary>True when a driver's probe succeeded and its remove has not begun.</summary>
    public bool IsBound
    {
        get
        {
            lock (gate)
            {
                return binding == DeviceBinding.Bound;
            }
        }
    }

    /// <summary>
    /// For a driver's probe: adds groups that are removed when the driver is unbound or its probe fails, whether or not its remove runs
    /// (devm_device_add_groups of <c>drivers/base/core.c</c>). The first error of <see cref="Kobject.AddGroup"/>.
    /// </summary>
    public Errno AddManagedGroups(IEnumerable<AttributeGroup> groups)
    {
        foreach (AttributeGroup group in groups)
        {
            Errno error = AddGroup(group);
            if (error != Errno.None)
            {
                return error;
            }

            (managedGroups ??= []).Add(group);
        }

        return Errno.None;
    }

    /// <summary>
    /// Binds a driver (device_driver_attach). The errno of its probe; EBUSY when another one is bound; ENODEV when the device is
    /// going away; EIO when the probe throws.
    /// </summary>
    internal Errno Bind(DeviceDriver driver)
    {
        if (!driver.TryBeginBind())
        {
            return Errno.ENODEV;
        }

        try
        {
            return BindOpen(driver);
        }
        finally
        {
            driver.EndBind();
        }
    }

    private Errno BindOpen(DeviceDriver driver)
    {
        lock (gate)
        {
            WaitSettled();
            if (binding == DeviceBinding.Absent || deleting)
            {
                return Errno.ENODEV;
            }

            if (binding == DeviceBinding.Bound)
            {
                return Errno.EBUSY;
            }

            binding = DeviceBinding.Binding;
        }

        Driver = driver;
        AddDriverLinks(driver);
        Errno error = driver.CallProbe(this);
        if (error == Errno.None)
        {
            error = AddDriverGroups(driver);
        }

        if (error == Errno.None)
        {
            driver.Track(this);
            driver.Bus.OnBound(this);
            SendUevent(UeventAction.Bind);
            Settle(DeviceBinding.Bound);
            return Errno.None;
        }

        Users?.Release();
        RemoveManagedGroups();
        RemoveDriverLinks(driver);
        if (error is not (Errno.ENODEV or Errno.ENXIO))
        {
            Log(LogLevels.Error, $"probe with driver {driver.Name} failed with error -{(int)error}");
        }

        Driver = null;
        DriverData = null;
        Volatile.Write(ref guard, null);
        Settle(DeviceBinding.Unbound);
        return error;
    }

    /// <summary>
    /// Unbinds (device_release_driver), after the last user has gone; false when no driver, or another than <paramref name="only"/>, is bound.
    /// </summary>
    internal bool Unbind(KernfsCaller caller = default, bool forDelete = false, DeviceDriver? only = null)
    {
        DeviceDriver driver;
        lock (gate)
        {
            WaitSettled();
            if (binding != DeviceBinding.Bound || (only is not null && Driver != only))
            {
                if (forDelete)
                {
                    binding = DeviceBinding.Absent;
                }

                return false;
            }

            binding = DeviceBinding.Unbinding;
            driver = Driver!;
        }

        driver.Bus.OnUnbinding(this);
        RemoveDriverLinks(driver);
        foreach (AttributeGroup group in driverGroups)
        {
            RemoveGroup(group);
        }

        driverGroups = [];
        RemoveManagedGroups();
        Users?.WaitForUsers(caller);
        driver.CallRemove(this);
        Users?.Release();
        driver.Untrack(this);
        Driver = null;
        DriverData = null;

        // What broke with this driver may work with another.
        Volatile.Write(ref guard, null);
        SendUevent(UeventAction.Unbind);
        Settle(forDelete ? DeviceBinding.Absent : DeviceBinding.Unbound);
        return true;
    }

    private bool BeginDelete()
    {
        lock (gate)
        {
            if (deleting || binding == DeviceBinding.Absent)
            {
                return false;
            }

            deleting = true;
            WaitSettled();
            return true;
        }
    }

    private Errno AddDriverGroups(DeviceDriver driver)
    {
        IReadOnlyList<AttributeGroup> groups = driver.CallDeviceGroups(this);
        for (int i = 0; i < groups.Count; i++)
        {
            Errno error = AddGroup(groups[i]);
            if (error != Errno.None)
            {
                groups.Take(i).ToList().ForEach(RemoveGroup);
                driver.CallRemove(this);
                return error;
            }
        }

        driverGroups = groups;
        return Errno.None;
    }

    private void RemoveManagedGroups()
    {
        managedGroups?.ForEach(RemoveGroup);
        managedGroups = null;
    }

    private void AddDriverLinks(DeviceDriver driver)
    {
        AddLink(DriverLink, driver);
        driver.AddLink(KernfsName, this);
    }

    private void RemoveDriverLinks(DeviceDriver driver)
    {
        RemoveLink(DriverLink);
        driver.RemoveLink(KernfsName);
    }

    /// <summary>Under the lock, which it releases while it waits.</summary>
    private void WaitSettled()
    {
        while (binding is DeviceBinding.Binding or DeviceBinding.Unbinding)
        {
            Monitor.Wait(gate);
        }
    }

    private void Settle(DeviceBinding state)
    {
        lock (gate)
        {
            binding = state;
            Monitor.PulseAll(gate);
        }
    }
}
