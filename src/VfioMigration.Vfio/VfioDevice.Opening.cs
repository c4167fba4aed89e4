using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Irqs;

namespace VfioMigration.Vfio;

/// <summary>Registration and use. A device that somebody uses cannot be unregistered: the one who tries waits, as in the kernel.</summary>
public partial class VfioDevice
{
    /// <summary>Opening and closing take turns, as under the dev_set lock: nobody comes in while the last one puts things away.</summary>
    private readonly Lock opening = new();
    private readonly object gate = new();
    private int users;
    private bool isLeaving;

    /// <summary>The number in <c>vfio-dev/vfioN</c>.</summary>
    public int Index { get; internal set; }

    /// <summary>The number of the iommu group and of <c>/dev/vfio/N</c>.</summary>
    public int GroupNumber => Group.Number;

    /// <summary>True while somebody uses the device.</summary>
    public bool IsOpen
    {
        get
        {
            lock (gate)
            {
                return users > 0;
            }
        }
    }

    internal IommuGroup Group { get; set; } = null!;

    /// <summary><c>/sys/class/vfio/N</c>.</summary>
    internal Device GroupNode { get; set; } = null!;

    /// <summary><c>/sys/class/vfio-dev/vfioN</c>.</summary>
    internal Device DeviceNode { get; set; } = null!;

    /// <summary>
    /// VFIO_GROUP_GET_DEVICE_FD: begins to use the device with an address space of the user's. ENODEV when it is being removed; EBUSY when
    /// it is in use with another address space; else what the driver says, EIO when it throws.
    /// </summary>
    public Result<VfioDeviceFile> Open(DmaMap map)
    {
        lock (opening)
        {
            bool isFirst;
            lock (gate)
            {
                if (isLeaving)
                {
                    return Errno.ENODEV;
                }

                if (users > 0 && Dma.Map != map)
                {
                    return Errno.EBUSY;
                }

                isFirst = users++ == 0;
            }

            Errno error = isFirst ? OpenFirst(map) : Errno.None;
            if (error == Errno.None)
            {
                return new VfioDeviceFile(this);
            }

            LeaveUse();
            return error;
        }
    }

    /// <summary>Opening the device gives ENODEV from now on.</summary>
    internal void LetNobodyIn()
    {
        lock (gate)
        {
            isLeaving = true;
        }
    }

    /// <summary>Asks the users to go (VFIO_PCI_REQ_IRQ_INDEX), and returns when the last one has gone.</summary>
    internal void WaitUntilUnused()
    {
        bool ask;
        lock (gate)
        {
            ask = users > 0;
        }

        if (ask)
        {
            CallOnRequest();
        }

        lock (gate)
        {
            while (users > 0)
            {
                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>The last one puts away what belonged to the user. The migration state stays, as measured with mtty.</summary>
    internal void CloseFile()
    {
        lock (opening)
        {
            bool isLast;
            lock (gate)
            {
                isLast = users == 1;
            }

            if (isLast)
            {
                CloseLast();
            }

            LeaveUse();
        }
    }

    private Errno OpenFirst(DmaMap map)
    {
        Dma.Attach(map);
        Errno error = CallOnOpen();
        if (error != Errno.None)
        {
            Dma.Attach(null);
        }

        return error;
    }

    private void CloseLast()
    {
        Migration?.Abandon();
        Dma.StopLog();
        Dma.Attach(null);
        foreach (VfioIrq irq in irqs)
        {
            irq.Disable();
        }

        CallOnClose();
    }

    private void LeaveUse()
    {
        lock (gate)
        {
            users--;
            Monitor.PulseAll(gate);
        }
    }
}
