using VfioMigration.Sysfs;
using VfioMigration.Sysfs.Guards;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Region;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio;

/// <summary>
/// A device that user space can drive through VFIO (<c>struct vfio_device</c>): regions, interrupts, a window to guest memory, a migration
/// state. A driver derives from it or fills it in, then registers it with <see cref="VfioCore"/>.
/// </summary>
public partial class VfioDevice
{
    private readonly List<VfioRegion> regions = [];
    private readonly List<VfioIrq> irqs = [];

    /// <param name="device">The device of the bus that this one stands on.</param>
    /// <param name="flags">The flags of GET_INFO.</param>
    public VfioDevice(Device device, VfioDeviceFlags flags = VfioDeviceFlags.None)
    {
        Device = device;
        Flags = flags;
        Guard = device.Guard;
        Dma = new DmaWindow { Faults = Faults };
    }

    /// <summary>The device behind it.</summary>
    public Device Device { get; }

    /// <summary>The way into the driver.</summary>
    public VendorGuard Guard { get; }

    public VfioDeviceFlags Flags { get; }

    public IReadOnlyList<VfioRegion> Regions => regions;

    public IReadOnlyList<VfioIrq> Irqs => irqs;

    /// <summary>The only way from the device to guest memory.</summary>
    public DmaWindow Dma { get; }

    /// <summary>Null for a device that cannot be migrated.</summary>
    public MigrationStateMachine? Migration { get; private set; }

    /// <summary>Which user interface <see cref="Migration"/> has.</summary>
    public MigrationPersonality Personality { get; private set; }

    /// <summary>True for a device with the migration features of Linux 5.18 and later.</summary>
    public bool HasMergedMigration => Personality is MigrationPersonality.V2 or MigrationPersonality.V1AndV2;

    /// <summary>The v1 or RFC region; null in the other personalities.</summary>
    public MigrationRegion? MigrationRegion { get; private set; }

    /// <summary>Where in <see cref="Regions"/> that is: the last one.</summary>
    public int MigrationRegionIndex => regions.Count - 1;

    /// <summary>True when the device logs its writes (DMA_LOGGING_*).</summary>
    public bool HasDirtyLog { get; private set; }

    /// <summary>
    /// True for a driver that takes DMA_LOGGING_START twice, and STOP and REPORT without START, as the kernel's mtty does; the uAPI
    /// lets users expect EINVAL.
    /// </summary>
    protected internal virtual bool IsLogLenient => false;

    /// <summary>False for a driver for which VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2 is ENOTTY on every kernel, as measured of mtty.</summary>
    protected internal bool KnowsPrecopyInfoV2 { get; init; } = true;

    /// <summary>
    /// True for a driver that builds without IOMMUFD, as the samples do: DMA_LOGGING_REPORT works only on a kernel that has IOMMUFD for another reason
    /// (<see cref="VfioCore.HasIommufd"/>). A variant driver selects it.
    /// </summary>
    protected internal bool BuildsWithoutIommufd { get; init; }

    /// <summary>
    /// True for a driver that leaves the device as it is when the last user closes it, as the kernel's samples do (measured with mtty); others stop their log and go back to RUNNING then.
    /// </summary>
    protected internal bool KeepsStateOnClose { get; init; }

    /// <summary>
    /// Where in its file each region begins; null for the usual place, the index times 2^40 (VFIO_PCI_INDEX_TO_OFFSET). An index that the list does not have begins at 0.
    /// </summary>
    public IReadOnlyList<ulong>? RegionOffsets { get; protected init; }

    /// <summary>Injected faults; empty by default.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Adds the next region index.</summary>
    protected int AddRegion(VfioRegion region)
    {
        regions.Add(region);
        return regions.Count - 1;
    }

    /// <summary>Puts a region where there is one already.</summary>
    protected void ReplaceRegion(int index, VfioRegion region) => regions[index] = region;

    /// <summary>Adds the next interrupt index.</summary>
    protected VfioIrq AddIrq(VfioIrq irq)
    {
        irqs.Add(irq);
        return irq;
    }

    /// <summary>Makes the device migratable. Once, after the fixed regions were added: v1 and the RFC append theirs.</summary>
    protected void AddMigration(VfioMigrationOps ops, MigrationPersonality personality, bool hasDirtyLog)
    {
        if (personality == MigrationPersonality.None)
        {
            return;
        }

        Migration = new MigrationStateMachine(ops, Dma, Guard) { Faults = Faults };
        Personality = personality;
        HasDirtyLog = hasDirtyLog;
        MigrationRegion = personality switch
        {
            MigrationPersonality.V1 or MigrationPersonality.V1AndV2 => new MigrationRegionV1(Migration),
            MigrationPersonality.Rfc => new MigrationRegionRfc(Migration),
            _ => null,
        };
        if (MigrationRegion is not null)
        {
            AddRegion(MigrationRegion);
        }
    }

    /// <summary>Makes a device migratable whose driver has no format of its own: with all optional states, and a log of what it writes.</summary>
    protected void AddMigration(IMigratableDevice device, MigrationPersonality personality) => AddMigration(
        new DeviceStateMigration(device, VfioMigrationFlags.VFIO_MIGRATION_P2P | VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY, Report), personality, hasDirtyLog: true);

    /// <summary>
    /// pread(2) of a region. <see cref="NoRegion"/> for an index without one; EINVAL: a range that is not inside. Else what the region
    /// says; a driver that throws gives EIO.
    /// </summary>
    public Errno ReadRegion(int index, ulong offset, Span<byte> destination)
    {
        Errno error = BeforeAccess(FaultKind.Read, index);
        return error == Errno.None ? GuardedRegion.Read(regions[index], Guard, offset, destination) : error;
    }

    /// <summary>pwrite(2) of a region. Errors as <see cref="ReadRegion"/>.</summary>
    public Errno WriteRegion(int index, ulong offset, ReadOnlySpan<byte> source)
    {
        Errno error = BeforeAccess(FaultKind.Write, index);
        return error == Errno.None ? GuardedRegion.Write(regions[index], Guard, offset, source) : error;
    }

    private Errno BeforeAccess(FaultKind access, int index) => (uint)index < (uint)regions.Count ? Faults.BeforeAccess(access, index) : NoRegion;

    /// <summary>What an access to an index without a region is answered with.</summary>
    protected internal Errno NoRegion { get; init; } = Errno.EINVAL;

    /// <summary>
    /// VFIO_DEVICE_SET_IRQS, after the checks that all devices have in common: a known index, one kind of data, enough of it. EINVAL, ENOTTY: as the device's driver answers; the eventfds then still
    /// belong to the caller.
    /// </summary>
    /// <param name="index">Of the interrupt.</param>
    /// <param name="flags">One DATA flag, and ACTION flags.</param>
    /// <param name="start">First vector.</param>
    /// <param name="count">Vectors.</param>
    /// <param name="bools">For DATA_BOOL one byte per vector.</param>
    /// <param name="eventfds">For DATA_EVENTFD one per vector, null to take the trigger away.</param>
    public Errno SetIrqs(int index, VfioIrqSetFlags flags, uint start, uint count, ReadOnlySpan<byte> bools, ReadOnlySpan<IrqTrigger?> eventfds) =>
        SetIrqsOfKind(index, flags, start, count, bools, eventfds);

    /// <summary>How many vectors the driver lets a caller name before it looks at the index.</summary>
    public uint VectorsOf(int index) => VectorsOfKind(index);

    private protected virtual Errno SetIrqsOfKind(
        int index, VfioIrqSetFlags flags, uint start, uint count, ReadOnlySpan<byte> bools, ReadOnlySpan<IrqTrigger?> eventfds) =>
        irqs[index].Set(flags, start, count, bools, eventfds);

    private protected virtual uint VectorsOfKind(int index) => (uint)irqs[index].Count;

    /// <summary>
    /// VFIO_DEVICE_RESET: the device is as new, in RUNNING; its sessions are over, its dirty log has stopped. EINTR while an arc is under
    /// way; the errno of the driver; EIO when it throws.
    /// </summary>
    public Errno Reset(CancellationToken interrupted = default)
    {
        Errno error = Migration?.Reset(interrupted) ?? ResetWithoutMigration();
        if (error != Errno.EINTR)
        {
            Dma.StopLog();
        }

        return error;
    }

    private Errno ResetWithoutMigration() =>
        Guard.Call(VendorCall.Reset, this, static device => device.OnReset()).Error;

    /// <summary>Resets a device without migration; one with migration is reset by its <see cref="VfioMigrationOps"/>.</summary>
    protected virtual Errno OnReset() => Errno.None;

    /// <summary>The device was opened; the first time, and again after <see cref="OnClose"/>.</summary>
    protected virtual Errno OnOpen() => Errno.None;

    /// <summary>The last user closed the device.</summary>
    protected virtual void OnClose()
    {
    }

    /// <summary>
    /// What a guest could do with this device. EOPNOTSUPP: the driver has none; EIO: the driver made one for another device or another memory, or failed.
    /// </summary>
    public Result<DeviceWorkload> MakeWorkload(GuestMemory memory, WorkloadOptions options)
    {
        Result<DeviceWorkload?> made = Guard.Call(
            VendorCall.Workload,
            (device: this, memory, options),
            static call => call.memory.Use(call, static call => (Result<DeviceWorkload?>)call.device.CreateWorkload(call.memory, call.options))).Result;
        if (!made.TryGet(out DeviceWorkload? workload, out Errno error))
        {
            return error;
        }

        if (workload is null)
        {
            return Errno.EOPNOTSUPP;
        }

        if (workload.IsFor(this, memory))
        {
            return workload;
        }

        Guard.Report("workload: driver bug: the workload is for another device or another guest");
        return Errno.EIO;
    }

    /// <summary>
    /// The driver's part of <see cref="MakeWorkload"/>; null when the driver has none. The guest's memory is mapped and the device open while the
    /// workload is in use.
    /// </summary>
    public virtual DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => null;

    /// <summary>The user is requested to release the device (vfio_device_ops.request).</summary>
    protected virtual void OnRequest()
    {
    }

    /// <summary>Opening: the driver's part.</summary>
    private Errno CallOnOpen() => Guard.Call(VendorCall.Probe, this, static device => device.OnOpen()).Error;

    /// <summary>Closing: the driver's part.</summary>
    private void CallOnClose() =>
        Guard.Call(VendorCall.Remove, this, static device =>
        {
            device.OnClose();
            return Errno.None;
        });

    /// <summary>The request to the user to release the device: the driver's part.</summary>
    private void CallOnRequest() =>
        Guard.Call(VendorCall.Irq, this, static device =>
        {
            device.OnRequest();
            return Errno.None;
        });

    /// <summary>A line of the kernel log, in the device's name.</summary>
    protected void Report(string text) => Device.Log(LogLevels.Warning, text);
}
