using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Kernfs;
using VfioMigration.Sysfs.Modules;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Irqs;

namespace VfioMigration.Vfio;

/// <summary>Registration and use. A device in use cannot be unregistered: unregistering waits, as in the kernel.</summary>
public partial class VfioDevice : IDeviceUsers
{
    /// <summary>How often a user is requested to release the device while it is waited for (vfio_unregister_group_dev of <c>drivers/vfio/vfio_main.c</c>).</summary>
    private static readonly TimeSpan RequestInterval = TimeSpan.FromSeconds(10);

    /// <summary>Guards the fields below; a leaf. Neither drivers nor the log are called under it.</summary>
    private readonly object gate = new();
    private int users;

    /// <summary>Opening and closing take turns, as under the dev_set lock: no user enters while the last one cleans up.</summary>
    private bool isChanging;
    private bool isLeaving;
    private KernelModule? usedModule;
    private VfioUser? client;

    /// <summary>The number in <c>vfio-dev/vfioN</c>.</summary>
    public int Index { get; internal set; }

    /// <summary>The number of the iommu group and of <c>/dev/vfio/N</c>.</summary>
    public int GroupNumber => Group.Number;

    /// <summary>How it reaches memory.</summary>
    public VfioGroupKind GroupKind { get; internal set; }

    /// <summary>True while the device is in use.</summary>
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

    /// <summary>True from the moment its removal begins; it can be opened no more.</summary>
    public bool IsLeaving
    {
        get
        {
            lock (gate)
            {
                return isLeaving;
            }
        }
    }

    bool IDeviceUsers.HasUsers => IsOpen;

    /// <summary>True for a function that is reset when it is opened first and closed last (vfio_pci_core_enable and _disable).</summary>
    private protected virtual bool IsResetAroundUse => false;

    /// <summary>No interrupt is in use any more.</summary>
    private protected virtual void ForgetIrqs()
    {
    }

    /// <summary>Takes the device's right to reach memory away, before such a reset.</summary>
    private protected virtual void StopDma()
    {
    }

    /// <summary>Where it is registered; null before and after.</summary>
    internal VfioCore? Core;

    internal IommuGroup Group { get; set; } = null!;

    /// <summary>True when the group was made for the registration.</summary>
    internal bool OwnsGroup { get; set; }

    /// <summary><c>/sys/class/vfio/N</c>.</summary>
    public Device GroupNode { get; internal set; } = null!;

    /// <summary><c>/sys/class/vfio-dev/vfioN</c>; null for a device that was never registered.</summary>
    public Device? DeviceNode { get; internal set; }

    /// <summary>For the pauses between two requests to a user.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>
    /// VFIO_GROUP_GET_DEVICE_FD: begins to use the device with an address space of the user's. ENODEV when it, or the module of its driver, is
    /// being removed; EBUSY when it is in use with another address space; else the driver's errno, EIO when it throws.
    /// </summary>
    /// <param name="map">The address space.</param>
    /// <param name="user">Who opens it: another program than the one that this process is. Null for the built-in VMM, and in tests.</param>
    public Result<VfioDeviceFile> Open(DmaMap map, VfioUser? user = null) => Use(map, user);

    /// <summary>As <see cref="Client"/>, after every close that was made before the call. Not to be called where a request to the mounts would wait for the caller.</summary>
    public VfioUser? FindClient()
    {
        if (Client is not null)
        {
            Core?.AskForClients();
        }

        return Client;
    }

    /// <summary>The program outside that uses the device; null when none does.</summary>
    public VfioUser? Client
    {
        get
        {
            lock (gate)
            {
                return users > 0 ? client : null;
            }
        }
    }

    /// <summary>
    /// Keeps an unused device, unchanged, from being used or removed: for its migration without a guest. Neither the driver nor the device's
    /// state is touched, now or when it is closed. EBUSY when it is in use; ENODEV as <see cref="Open"/>.
    /// </summary>
    public Result<VfioDeviceFile> Hold() => Use(null, null);

    /// <summary>
    /// New users are refused, the node is removed, then this waits until the last user has closed the device. The users are requested to release it (VFIO_PCI_REQ_IRQ_INDEX), at
    /// once and every ten seconds. A signal does not end it; the first one makes a line in the kernel log.
    /// </summary>
    public void WaitForUsers(KernfsCaller caller)
    {
        lock (gate)
        {
            isLeaving = true;
        }

        DeviceNode?.Delete();
        if (IsOpen)
        {
            WaitUntilUnused(caller);
        }
    }

    /// <summary>The driver has left its device registered.</summary>
    void IDeviceUsers.Release() => Core?.Unregister(this);

    /// <summary>The last one puts away what belonged to the user. The migration state stays, as measured with mtty.</summary>
    /// <param name="wasHeld">The user entered by <see cref="Hold"/>.</param>
    internal void CloseFile(bool wasHeld)
    {
        bool isLast;
        lock (gate)
        {
            TakeTurn();
            isLast = users == 1;
        }

        if (isLast)
        {
            CloseLast(wasHeld);
        }

        LeaveUse(isLast);
    }

    private Result<VfioDeviceFile> Use(DmaMap? map, VfioUser? user)
    {
        bool isFirst;
        lock (gate)
        {
            TakeTurn();
            Errno refusal = isLeaving ? Errno.ENODEV : users > 0 && (map is null || Dma.Map != map) ? Errno.EBUSY : Errno.None;
            if (refusal != Errno.None)
            {
                EndTurn();
                return refusal;
            }

            isFirst = users++ == 0;
            client = isFirst ? user : client;
        }

        Errno error = isFirst ? OpenFirst(map) : Errno.None;
        if (error == Errno.None)
        {
            lock (gate)
            {
                EndTurn();
            }

            return new VfioDeviceFile(this, isHeld: map is null);
        }

        LeaveUse(isFirst);
        return error;
    }

    /// <summary>The module of the driver is in use as long as the device is (vfio_df_device_first_open).</summary>
    private Errno OpenFirst(DmaMap? map)
    {
        KernelModule? module = Device.Driver?.Module;
        if (module is not null && !module.TryGet())
        {
            return Errno.ENODEV;
        }

        usedModule = module;
        if (map is null)
        {
            return Errno.None;
        }

        if (IsResetAroundUse)
        {
            ResetForNextUser();
        }

        Dma.Attach(map);
        Errno error = CallOnOpen();
        if (error != Errno.None)
        {
            Dma.Attach(null);
        }

        return error;
    }

    private void CloseLast(bool wasHeld)
    {
        Migration?.Abandon();
        Dma.StopLog();
        if (wasHeld)
        {
            return;
        }

        Dma.Attach(null);
        foreach (VfioIrq irq in irqs)
        {
            irq.Disable();
        }

        ForgetIrqs();
        CallOnClose();
        if (IsResetAroundUse || !(KeepsStateOnClose || Migration is null))
        {
            ResetForNextUser();
        }
    }

    /// <summary>A reset that fails does not fail the open, as in the kernel.</summary>
    private void ResetForNextUser()
    {
        StopDma();
        Errno error = Reset();
        if (error != Errno.None)
        {
            Report($"reset between two users failed: {Device.Guard.NameOf(error)}");
        }
    }

    /// <summary>Under the lock, which it releases while it waits.</summary>
    private void TakeTurn()
    {
        while (isChanging)
        {
            Monitor.Wait(gate);
        }

        isChanging = true;
    }

    /// <summary>Under the lock.</summary>
    private void EndTurn()
    {
        isChanging = false;
        Monitor.PulseAll(gate);
    }
}
