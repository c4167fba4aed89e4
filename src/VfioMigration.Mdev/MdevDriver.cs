using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev;

/// <summary>A vendor's driver of mediated devices (<c>struct mdev_driver</c>). Bound only by creating a device, never by name.</summary>
public abstract class MdevDriver(MdevBus bus, KernelModule module, string name) : DeviceDriver(bus, module, name)
{
    /// <summary>The VFIO bus driver of the devices: <c>vfio-pci</c>, <c>vfio-ccw</c>, <c>vfio-ap</c>, ...</summary>
    public abstract string DeviceApi { get; }

    /// <summary>
    /// How many devices one parent carries when <see cref="GetAvailable"/> returns null. Beyond it create fails with EUSERS, without
    /// a device having appeared.
    /// </summary>
    public virtual int MaxInstances => 0;

    /// <summary>
    /// How many more devices of the type fit now, for a driver that counts itself; its probe then refuses what does not fit (ENOSPC).
    /// </summary>
    public virtual int? GetAvailable(MdevType type) => null;

    /// <summary>
    /// True for a driver whose devices are created with <c>UUID,name=value,...</c> (proposed 2019-2020, not merged: the kernel takes a UUID and
    /// nothing else, EINVAL). The probe finds them in <see cref="MdevDevice.CreationParameters"/> and refuses unknown ones.
    /// </summary>
    public virtual bool TakesCreationParameters => false;

    /// <summary>Content of <c>description</c>, newline included; null leaves the file out.</summary>
    public virtual string? Describe(MdevType type) => null;

    /// <summary>Makes the device work, or returns the reason why not. The device's type and name are known, its files visible.</summary>
    protected abstract Errno Probe(MdevDevice device);

    protected abstract void Remove(MdevDevice device);

    protected sealed override Errno Probe(Device device) => Probe((MdevDevice)device);

    protected sealed override void Remove(Device device) => Remove((MdevDevice)device);
}
