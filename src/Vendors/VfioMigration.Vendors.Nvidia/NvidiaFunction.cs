using VfioMigration.Buses.Pci;
using VfioMigration.Uapi;
using VfioMigration.Vfio;

namespace VfioMigration.Vendors.Nvidia;

/// <summary>A virtual function, which is one vGPU or none.</summary>
internal sealed class NvidiaFunction(VfioCore vfio, PciDevice device, NvidiaGpu gpu, NvidiaOptions options)
{
    private int changing;
    private volatile NvidiaDevice? vgpu;
    private volatile NvidiaSettings settings = new(0, 0, "");

    /// <summary>Null while there is no vGPU.</summary>
    internal NvidiaType? Type => vgpu?.Type;

    /// <summary>What the next vGPU is made with.</summary>
    internal NvidiaSettings Settings => settings;

    /// <summary>Types that could be made here now: none while there is a vGPU.</summary>
    internal IEnumerable<NvidiaType> Creatable => vgpu is null ? NvidiaType.All.Where(type => gpu.Available(type) > 0) : [];

    /// <summary>EBUSY while there is a vGPU, or while one is being created.</summary>
    internal Errno Configure(NvidiaSettings wanted) => Change(() =>
    {
        if (vgpu is not null)
        {
            return Errno.EBUSY;
        }

        settings = wanted;
        return Errno.None;
    });

    /// <summary>
    /// Makes a vGPU, or destroys it when the id is 0. EINVAL: no such type. EBUSY: there is one already, or it is in use. ENOSPC: the card has no
    /// room, or vGPUs of another type.
    /// </summary>
    internal Errno SetType(ulong id) => Change(() =>
    {
        if (id == 0)
        {
            return Destroy();
        }

        return NvidiaType.All.FirstOrDefault(type => (ulong)type.Id == id) is not { } type ? Errno.EINVAL
            : vgpu is not null ? Errno.EBUSY
            : Create(type);
    });

    /// <summary>The driver releases the function; waits for the users of the vGPU.</summary>
    internal void Release()
    {
        if (vgpu is not null)
        {
            Remove(vgpu);
        }
    }

    private Errno Change(Func<Errno> change)
    {
        if (Interlocked.Exchange(ref changing, 1) != 0)
        {
            return Errno.EBUSY;
        }

        try
        {
            return change();
        }
        finally
        {
            Volatile.Write(ref changing, 0);
        }
    }

    private Errno Create(NvidiaType type)
    {
        if (!gpu.TryTake(type))
        {
            return Errno.ENOSPC;
        }

        var made = new NvidiaDevice(device, type, options);
        Errno error = vfio.RegisterGroupDevice(made);
        if (error == Errno.None)
        {
            vgpu = made;
        }
        else
        {
            gpu.Return();
        }

        return error;
    }

    private Errno Destroy()
    {
        if (vgpu is not { } there)
        {
            return Errno.None;
        }

        if (there.IsOpen)
        {
            return Errno.EBUSY;
        }

        Remove(there);
        return Errno.None;
    }

    private void Remove(NvidiaDevice there)
    {
        vgpu = null;
        vfio.Unregister(there);
        gpu.Return();
    }
}
