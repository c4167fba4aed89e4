using VfioMigration.Buses.Css;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Ccw;

/// <summary>
/// A passed-through subchannel: one region, <c>struct ccw_io_region</c> (ORB 12 bytes, SCSW 12, IRB 96, return code 4), and one interrupt that says
/// that the IRB is new. What the guest starts completes at once.
/// </summary>
internal sealed class CcwDevice : VfioDevice, IMigratableDevice
{
    internal const int RegionSize = 124;
    internal const int OrbSize = 12;
    internal const int IrbOffset = 24;
    internal const int IrbSize = 96;

    private readonly Lock gate = new();
    private readonly byte[] region = new byte[RegionSize];
    private readonly VfioIrq io;

    internal CcwDevice(Device device, SubchannelDescription subchannel, MigrationPersonality personality)
        : base(device, VfioDeviceFlags.VFIO_DEVICE_FLAGS_CCW | VfioDeviceFlags.VFIO_DEVICE_FLAGS_RESET)
    {
        StateDescription = $"vfio-ccw type {subchannel.Type} chpid-type {subchannel.ChannelPathType:x2}";
        AddRegion(new TrappedRegion(RegionSize, Read, Write));
        io = AddIrq(new VfioIrq(1, VfioIrqFlags.VFIO_IRQ_INFO_EVENTFD));
        AddMigration(new DeviceStateMigration(this, VfioMigrationFlags.None, Report), personality, hasDirtyLog: false);
    }

    public string StateDescription { get; }

    public (ushort Major, ushort Minor) StateVersion => (1, 0);

    public IReadOnlyList<DeviceMemory> StateMemory => [];

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new CcwWorkload(this, memory, options);

    public Errno Pause() => Errno.None;

    public Errno Continue() => Errno.None;

    public void SaveState(StateWriter writer) => CcwSavedState.Write(writer, region, io);

    public bool TryLoadState(ref StateReader reader, ushort minor) => CcwSavedState.TryLoad(ref reader, region, io);

    public Errno ResetState()
    {
        lock (gate)
        {
            region.AsSpan().Clear();
        }

        return Errno.None;
    }

    protected override Errno OnReset() => ResetState();

    private Errno Read(ulong offset, Span<byte> destination)
    {
        lock (gate)
        {
            region.AsSpan((int)offset, destination.Length).CopyTo(destination);
        }

        return Errno.None;
    }

    /// <summary>EINVAL for anything but a whole region, as vfio_ccw_async and io regions require.</summary>
    private Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        if (offset != 0 || source.Length != RegionSize)
        {
            return Errno.EINVAL;
        }

        lock (gate)
        {
            source.CopyTo(region);
            for (int i = 0; i < IrbSize; i++)
            {
                region[IrbOffset + i] = region[i % OrbSize];
            }
        }

        io.Raise();
        return Errno.None;
    }
}
