using System.Collections.ObjectModel;

using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev;

/// <summary>A mediated device (<c>struct mdev_device</c>), named by its UUID in lower case.</summary>
public sealed class MdevDevice : Device
{
    private static readonly SysfsAttribute<MdevDevice> RemoveAttribute =
        SysfsAttribute<MdevDevice>.Uninterruptible("remove", static (device, value, caller) => device.StoreRemove(value, caller));

    internal static readonly IReadOnlyList<AttributeGroup> BirthGroups = [new AttributeGroup(RemoveAttribute)];

    internal MdevDevice(DriverCore core, MdevType type, string uuid)
        : base(core, uuid) => Type = type;

    public MdevType Type { get; }

    /// <summary>What was written behind the UUID, on top of <see cref="MdevType.DefaultParameters"/>.</summary>
    public IReadOnlyDictionary<string, string> CreationParameters { get; internal init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>True when the device takes one of its parent's <see cref="MdevDriver.MaxInstances"/>.</summary>
    internal bool IsCounted { get; init; }

    /// <summary>True from the end of a successful creation; before that the device cannot be removed by its file.</summary>
    internal bool IsActive { get; set; }

    /// <summary>
    /// remove_store: any number but zero removes the device, after its last user has closed it; zero does nothing, everything else is EINVAL; EAGAIN while
    /// the device is still being created. The file removes itself first, so that its own write can finish.
    /// </summary>
    private Errno StoreRemove(ReadOnlySpan<byte> value, KernfsCaller caller)
    {
        if (!SysfsText.ParseUnsigned(value).TryGet(out ulong number))
        {
            return Errno.EINVAL;
        }

        if (number != 0 && !IsActive)
        {
            return Errno.EAGAIN;
        }

        return number != 0 && RemoveFileSelf(RemoveAttribute) ? Type.MdevParent.RemoveDevice(this, caller) : Errno.None;
    }
}
