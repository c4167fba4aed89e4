using VfioMigration.Mdev;
using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Sdk;

/// <summary>
/// A driver without hardware, as the kernel's samples are: it makes a class and one virtual device named like itself, and offers
/// mediated devices on it. Order of steps as in <c>samples/vfio-mdev/mtty.c</c>.
/// </summary>
public abstract class VirtualParentModule(VendorContext context) : VendorModule(context)
{
    private MdevDriver? driver;
    private DeviceClass? deviceClass;
    private Device? device;
    private MdevParent? parent;

    protected abstract IReadOnlyList<MdevTypeDefinition> Types { get; }

    protected abstract MdevDriver CreateDriver(KernelModule module);

    protected sealed override Errno Init(KernelModule module)
    {
        driver = CreateDriver(module);
        Errno error = Context.Mdev.RegisterDriver(driver);
        if (error != Errno.None)
        {
            return error;
        }

        deviceClass = new DeviceClass(Context.Core, Name);
        device = new Device(Context.Core, Name) { Class = deviceClass };
        error = deviceClass.Register();
        error = error == Errno.None ? device.Add() : error;
        error = error == Errno.None ? RegisterParent() : error;
        if (error != Errno.None)
        {
            Exit(module);
        }

        return error;
    }

    protected sealed override void Exit(KernelModule module)
    {
        if (parent is not null)
        {
            Context.Mdev.UnregisterParent(parent);
        }

        device?.Delete();
        Context.Mdev.UnregisterDriver(driver!);
        deviceClass?.Unregister();
    }

    private Errno RegisterParent()
    {
        Result<MdevParent> registered = Context.Mdev.RegisterParent(device!, driver!, Types);
        parent = registered.IsOk ? registered.Value : null;
        return registered.Error;
    }
}
