using VfioMigration.Buses.Pci;
using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Iommufd;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio;

/// <summary>A file of <c>/dev/vfio/devices</c>: bound to an iommufd, attached to one of its address spaces (<c>device_cdev.c</c>, <c>iommufd.c</c>).</summary>
internal sealed partial class DeviceFile
{
    private IommufdContext? context;
    private IommufdDevice? bound;

    /// <summary>
    /// VFIO_DEVICE_BIND_IOMMUFD; the number of the device there. EINVAL: a file of a group, bound already, or a device in use; EBUSY: its group is open; EBADFD: the file is no iommufd; else as opening the device.
    /// </summary>
    internal Result<uint> Bind(DevVfioFile? iommufd, VfioClient client)
    {
        if (!IsCdev)
        {
            return Errno.EINVAL;
        }

        Errno error = group.Block();
        if (error != Errno.None)
        {
            return error;
        }

        Result<uint> id = IsGranted ? Errno.EINVAL : iommufd is IommufdFile file ? BindTo(file.Context, client) : Errno.EBADFD;
        if (!id.IsOk)
        {
            group.Unblock();
        }

        return id;
    }

    /// <summary>
    /// VFIO_DEVICE_ATTACH_IOMMUFD_PT; the number of what it is attached to, which for a function is a page table. ENOENT: no such object; EINVAL: it is neither an address space nor a page table, or a page table and the device a
    /// mediated one.
    /// </summary>
    internal Result<uint> Attach(uint id)
    {
        IommufdContext held = context!;
        lock (held.Gate)
        {
            if (!held.Find<IommufdObject>(id).TryGet(out IommufdObject target, out Errno error))
            {
                return error;
            }

            if (!bound!.IsFunction)
            {
                if (target is not IommufdIoas)
                {
                    return Errno.ENOENT;
                }

                bound.Attach(target);
                return id;
            }

            if (target is IommufdIoas ioas)
            {
                if (!held.Add(new IommufdHwpt(ioas, tracksDirty: false) { IsAutomatic = true }).TryGet(out IommufdHwpt made, out error))
                {
                    ioas.Users--;
                    return error;
                }

                target = made;
            }

            if (target is not IommufdHwpt)
            {
                return Errno.EINVAL;
            }

            Drop(held, bound.Attach(target));
            return target.Id;
        }
    }

    /// <summary>VFIO_DEVICE_DETACH_IOMMUFD_PT; nothing happens to a device that is attached to nothing.</summary>
    internal void Detach()
    {
        lock (context!.Gate)
        {
            Drop(context, bound!.Attach(null));
        }
    }

    private static void Drop(IommufdContext held, IommufdObject? left)
    {
        if (left is IommufdHwpt { IsAutomatic: true, Users: 0 })
        {
            held.Drop(left);
        }
    }

    private Result<uint> BindTo(IommufdContext wanted, VfioClient client)
    {
        if (device.IsOpen)
        {
            return Errno.EINVAL;
        }

        if (!device.Open(new DmaMap(), new VfioUser(client.Name, client.ProcessId)).TryGet(out VfioDeviceFile use, out Errno error))
        {
            return error;
        }

        lock (wanted.Gate)
        {
            if (!wanted.Add(new IommufdDevice(use)).TryGet(out IommufdDevice added, out error))
            {
                use.Dispose();
                return error;
            }

            bound = added;
        }

        wanted.Open();
        context = wanted;
        opened = use;
        return bound.Id;
    }

    private void Unbind()
    {
        if (opened is null)
        {
            return;
        }

        Detach();
        opened.Dispose();
        lock (context!.Gate)
        {
            context.Drop(bound!);
        }

        context.Close();
        group.Unblock();
    }

    private uint BoundIdOf(PciDevice function) => context!.IdOf(function) is var id && id != 0 ? id : HotResetNotOwned;
}
