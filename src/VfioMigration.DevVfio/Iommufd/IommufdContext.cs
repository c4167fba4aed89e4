using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.DevVfio.Iommufd;

/// <summary>
/// What an open <c>/dev/iommu</c> holds (<c>struct iommufd_ctx</c>): objects by number. Its descriptor and the devices bound to it keep it. The lock guards the objects, and is taken after that of
/// <see cref="DevVfioHost"/>; address spaces have their own.
/// </summary>
internal sealed class IommufdContext(VfioCore core)
{
    /// <summary>More objects than this are ENOMEM.</summary>
    private const int MaxObjects = 4096;

    private readonly SortedDictionary<uint, IommufdObject> objects = [];
    private int references = 1;

    internal Lock Gate { get; } = new();

    internal VfioCore Core => core;

    /// <summary>The address space of the ioctls of VFIO (IOMMU_VFIO_IOAS).</summary>
    internal IommufdIoas? VfioIoas { get; set; }

    /// <summary>True for accounting by process, which changes nothing here.</summary>
    internal bool AccountsByProcess { get; set; }

    internal bool IsEmpty => objects.Count == 0;

    /// <summary>Gives an object the lowest free number. ENOMEM.</summary>
    internal Result<T> Add<T>(T added)
        where T : IommufdObject
    {
        if (objects.Count >= MaxObjects)
        {
            return Errno.ENOMEM;
        }

        uint id = 1;
        foreach (uint used in objects.Keys)
        {
            if (used != id)
            {
                break;
            }

            id++;
        }

        added.Id = id;
        objects[id] = added;
        return added;
    }

    /// <summary>ENOENT: no object of that number, or of another kind.</summary>
    internal Result<T> Find<T>(uint id)
        where T : IommufdObject => objects.TryGetValue(id, out IommufdObject? found) && found is T typed ? typed : Errno.ENOENT;

    /// <summary>The number of a device that is bound; 0 for one that is not.</summary>
    internal uint IdOf(Device device)
    {
        lock (Gate)
        {
            return objects.Values.OfType<IommufdDevice>().FirstOrDefault(bound => bound.Device.Device == device)?.Id ?? 0;
        }
    }

    /// <summary>IOMMU_DESTROY. ENOENT; EBUSY: it is needed.</summary>
    internal Errno Remove(uint id)
    {
        if (!objects.TryGetValue(id, out IommufdObject? found))
        {
            return Errno.ENOENT;
        }

        if (found.Users > 0 || found is IommufdDevice)
        {
            return Errno.EBUSY;
        }

        Drop(found);
        return Errno.None;
    }

    /// <summary>Removes an object that nothing needs.</summary>
    internal void Drop(IommufdObject dropped)
    {
        objects.Remove(dropped.Id);
        VfioIoas = VfioIoas == dropped ? null : VfioIoas;
        dropped.Destroy();
    }

    /// <summary>A device is bound. Pairs with <see cref="Close"/>.</summary>
    internal void Open()
    {
        lock (Gate)
        {
            references++;
        }
    }

    /// <summary>The descriptor was closed, or a device was unbound. With the last everything ends, what others need last.</summary>
    internal void Close()
    {
        lock (Gate)
        {
            if (--references > 0)
            {
                return;
            }

            while (objects.Values.FirstOrDefault(static left => left.Users == 0) is { } leaf)
            {
                Drop(leaf);
            }
        }
    }
}
