using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Sdk;

/// <summary>A vendor module that is nothing but its drivers: all of them are registered, or none.</summary>
public abstract class DriverModule(VendorContext context) : VendorModule(context)
{
    private readonly Stack<DeviceDriver> registered = new();

    /// <summary>The drivers, each after those it needs: of mediated devices before that of the parents.</summary>
    protected abstract IReadOnlyList<DeviceDriver> CreateDrivers(KernelModule module);

    protected sealed override Errno Init(KernelModule module)
    {
        foreach (DeviceDriver driver in CreateDrivers(module))
        {
            Errno error = driver.Bus.RegisterDriver(driver);
            if (error != Errno.None)
            {
                Exit(module);
                return error;
            }

            registered.Push(driver);
        }

        return Errno.None;
    }

    /// <summary>The parents go first.</summary>
    protected sealed override void Exit(KernelModule module)
    {
        while (registered.TryPop(out DeviceDriver? driver))
        {
            driver.Bus.UnregisterDriver(driver);
        }
    }
}
