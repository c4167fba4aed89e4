using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Iommufd;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio;

/// <summary>
/// A group as user space uses it (<c>drivers/vfio/group.c</c>): opened by one at a time, put into a container, asked for its devices. Guarded by the lock of <see cref="DevVfioHost"/>.
/// </summary>
internal sealed class VfioGroup(DevVfioHost host, VfioDevice device)
{
    /// <summary>Its descriptor and those of its devices, which keep it open (get_file of opened_file).</summary>
    private int references;

    /// <summary>Devices that use the container, and the group itself while it is in one.</summary>
    private int containerUsers;

    /// <summary>Devices opened through <c>/dev/vfio/devices</c>, which exclude the group.</summary>
    private int cdevUsers;

    internal VfioDevice Device => device;

    internal VfioGroupKind GroupKind => device.GroupKind;

    /// <summary>The last device of the group was removed.</summary>
    internal bool IsGone { get; set; }

    internal VfioContainer? Container { get; private set; }

    /// <summary>What takes the container's place; null for a container, and for nothing.</summary>
    internal IommufdContext? Iommufd { get; private set; }

    /// <summary>Its address space for the ioctls of VFIO, which the device of the group is attached to when it is opened.</summary>
    private IommufdIoas? Ioas { get; set; }

    private bool HasIommu => Container is not null || Iommufd is not null;

    /// <summary>Opens the group. ENODEV: its device is gone; EPERM: no protection, and the caller lacks CAP_SYS_RAWIO; EBUSY: it is open, also by the built-in VMM, or its device is by the other way.</summary>
    internal Result<DevVfioFile> Open(VfioClient client)
    {
        lock (host.Gate)
        {
            if (IsGone || GroupKind == VfioGroupKind.NoIommu && !client.IsPrivileged)
            {
                return IsGone ? Errno.ENODEV : Errno.EPERM;
            }

            if (references > 0 || cdevUsers > 0 || device.IsOpen)
            {
                return Errno.EBUSY;
            }

            references = 1;
            return new GroupFile(this);
        }
    }

    /// <summary>VFIO_GROUP_GET_STATUS. ENODEV: the device is gone.</summary>
    internal Result<VfioGroupFlags> GetStatus()
    {
        lock (host.Gate)
        {
            return IsGone ? Errno.ENODEV
                : HasIommu ? VfioGroupFlags.VFIO_GROUP_FLAGS_VIABLE | VfioGroupFlags.VFIO_GROUP_FLAGS_CONTAINER_SET
                : VfioGroupFlags.VFIO_GROUP_FLAGS_VIABLE;
        }
    }

    /// <summary>VFIO_GROUP_SET_CONTAINER. EINVAL: it is in one; ENODEV: the device is gone; EBADFD: the file is no container; EPERM as <see cref="VfioContainer.Attach"/>, and without CAP_SYS_RAWIO.</summary>
    internal Errno SetContainer(DevVfioFile? file, VfioClient client)
    {
        lock (host.Gate)
        {
            if (HasIommu || IsGone)
            {
                return HasIommu ? Errno.EINVAL : Errno.ENODEV;
            }

            if (file is IommufdFile { Context: { } context })
            {
                return SetIommufd(context);
            }

            if (file is not ContainerFile { Container: { } container })
            {
                return Errno.EBADFD;
            }

            Errno error = GroupKind == VfioGroupKind.NoIommu && !client.IsPrivileged ? Errno.EPERM : container.Attach(this);
            if (error == Errno.None)
            {
                Container = container;
                containerUsers = 1;
            }

            return error;
        }
    }

    /// <summary>VFIO_GROUP_UNSET_CONTAINER. EINVAL: it is in none; EBUSY: a device is open.</summary>
    internal Errno UnsetContainer()
    {
        lock (host.Gate)
        {
            if (!HasIommu || (Container is not null && containerUsers != 1))
            {
                return HasIommu ? Errno.EBUSY : Errno.EINVAL;
            }

            LeaveContainer();
            return Errno.None;
        }
    }

    /// <summary>
    /// VFIO_GROUP_GET_DEVICE_FD. ENODEV: no device of that name, or it is being removed; EINVAL: the group has no address space, or the name has options that do not exist; else as
    /// <see cref="VfioDevice.Open"/>.
    /// </summary>
    internal Result<DevVfioFile> OpenDevice(ReadOnlySpan<byte> name, VfioClient client)
    {
        Errno error = Match(name);
        if (error != Errno.None)
        {
            return error;
        }

        DmaMap map;
        lock (host.Gate)
        {
            if ((Container?.Iommu?.Map ?? Ioas?.Map) is not { } used || device.IsLeaving)
            {
                return device.IsLeaving || IsGone ? Errno.ENODEV : Errno.EINVAL;
            }

            map = used;
            containerUsers++;
            references++;
        }

        // The driver is called without the lock: its reset may take its time.
        if (device.Open(map, new VfioUser(client.Name, client.ProcessId)).TryGet(out VfioDeviceFile opened, out error))
        {
            return new DeviceFile(host, this, opened);
        }

        CloseDevice();
        return error;
    }

    /// <summary>A device of the group was closed.</summary>
    internal void CloseDevice()
    {
        lock (host.Gate)
        {
            containerUsers--;
            Close();
        }
    }

    /// <summary>The descriptor of the group was closed.</summary>
    internal void CloseGroup()
    {
        lock (host.Gate)
        {
            Close();
        }
    }

    /// <summary>A device is about to be opened by its own node (vfio_device_block_group). EBUSY: the group is open.</summary>
    internal Errno Block()
    {
        lock (host.Gate)
        {
            if (references > 0)
            {
                return Errno.EBUSY;
            }

            cdevUsers++;
            return Errno.None;
        }
    }

    internal void Unblock()
    {
        lock (host.Gate)
        {
            cdevUsers--;
        }
    }

    /// <summary>An iommufd in the place of a container: the first group makes its address space, unless it has one (iommufd_vfio_compat_ioas_create).</summary>
    private Errno SetIommufd(IommufdContext context)
    {
        lock (context.Gate)
        {
            if (context.VfioIoas is null)
            {
                if (!context.Add(new IommufdIoas()).TryGet(out IommufdIoas made, out Errno error))
                {
                    return error;
                }

                context.VfioIoas = made;
            }

            Ioas = context.VfioIoas;
            Ioas.Attach(GroupKind == VfioGroupKind.Iommu, 1);
        }

        context.Open();
        Iommufd = context;
        containerUsers = 1;
        return Errno.None;
    }

    private void Close()
    {
        if (--references == 0 && HasIommu)
        {
            LeaveContainer();
        }
    }

    private void LeaveContainer()
    {
        Container?.Detach(this);
        Container = null;
        if (Iommufd is { } context)
        {
            lock (context.Gate)
            {
                Ioas!.Attach(GroupKind == VfioGroupKind.Iommu, -1);
            }

            context.Close();
        }

        Iommufd = null;
        Ioas = null;
        containerUsers = 0;
    }

    /// <summary>The whole name; functions also take options behind it (vfio_pci_core_match), of which none applies here.</summary>
    private Errno Match(ReadOnlySpan<byte> name)
    {
        Span<byte> own = stackalloc byte[device.Device.Name.Length];
        System.Text.Encoding.ASCII.GetBytes(device.Device.Name, own);
        if (name.SequenceEqual(own))
        {
            return Errno.None;
        }

        return GroupKind != VfioGroupKind.EmulatedIommu && name.StartsWith(own) && name[own.Length] == ' ' && name[own.Length..].ContainsAnyExcept((byte)' ')
            ? Errno.EINVAL
            : GroupKind != VfioGroupKind.EmulatedIommu && name.StartsWith(own) && name[own.Length] == ' ' ? Errno.None
            : Errno.ENODEV;
    }
}
