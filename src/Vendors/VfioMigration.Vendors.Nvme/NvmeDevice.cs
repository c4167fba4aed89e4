using System.Buffers.Binary;

using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Nvme;

/// <summary>
/// A virtual function with a local store, which moves along. With a remote side the store is its copy of what is there, so the state only fits a
/// function with the same one.
/// </summary>
internal sealed class NvmeDevice : VfioPciDevice, IMigratableDevice
{
    private readonly Lock gate = new();
    private readonly NvmeQueue queue;
    private readonly NvmeOptions options;
    private volatile RemoteUrl remoteUrl;
    private bool isPaused;

    internal NvmeDevice(PciDevice function, Device node, NvmeOptions options)
        : base(node, function.Config, msixVectors: 1)
    {
        this.options = options;
        Ids = function.Ids;
        remoteUrl = options.RemoteUrl;
        Store = new DeviceMemory(options.StoreMegabytes << 20);
        queue = new NvmeQueue(Dma, Msix, Store);
        Config.SetBar(0, NvmeRegister.BarSize);
        AddBar(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, new TrappedRegion(NvmeRegister.BarSize, ReadBar, WriteBar));
        AddMigration(
            new DeviceStateMigration(this, VfioMigrationFlags.VFIO_MIGRATION_P2P | VfioMigrationFlags.VFIO_MIGRATION_PRE_COPY, Report),
            options.Migration,
            hasDirtyLog: true);
    }

    public string StateDescription =>
        $"nvme {Ids} {options.StoreMegabytes}MB{(RemoteUrl == RemoteUrl.None ? "" : " ")}{RemoteUrl.Text}";

    public (ushort Major, ushort Minor) StateVersion => ((ushort)options.SoftwareVersion.Major, (ushort)options.SoftwareVersion.Minor);

    public IReadOnlyList<DeviceMemory> StateMemory => [Store];

    internal DeviceMemory Store { get; }

    internal PciIds Ids { get; }

    /// <summary>May be changed at any time; a stream that was begun keeps what it says.</summary>
    internal RemoteUrl RemoteUrl
    {
        get => remoteUrl;
        set => remoteUrl = value;
    }

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new NvmeWorkload(this, memory, options);

    public void Pause()
    {
        lock (gate)
        {
            isPaused = true;
        }
    }

    /// <summary>Commands that were submitted meanwhile are executed now.</summary>
    public void Continue()
    {
        lock (gate)
        {
            isPaused = false;
            Work();
        }
    }

    public void SaveState(StateWriter writer)
    {
        lock (gate)
        {
            SavePciState(writer);
            NvmeSavedState.Write(writer, queue);
        }
    }

    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        lock (gate)
        {
            ReadOnlySpan<byte> pci = ReadPciState(ref reader);
            return NvmeSavedState.TryRead(ref reader, out NvmeSavedState state) && TryLoadPciState(pci) && state.ApplyTo(queue);
        }
    }

    public void ResetState()
    {
        lock (gate)
        {
            queue.Registers.AsSpan().Clear();
            queue.SubmissionTail = 0;
        }
    }

    protected override void OnReset() => ResetState();

    private Errno ReadBar(ulong offset, Span<byte> destination)
    {
        if (!IsRegister(offset, destination.Length))
        {
            return Errno.EINVAL;
        }

        lock (gate)
        {
            uint value = offset / sizeof(uint) < NvmeRegister.Count ? queue.Registers[offset / sizeof(uint)] : 0;
            BinaryPrimitives.WriteUInt32LittleEndian(destination, value);
        }

        return Errno.None;
    }

    private Errno WriteBar(ulong offset, ReadOnlySpan<byte> source)
    {
        if (!IsRegister(offset, source.Length))
        {
            return Errno.EINVAL;
        }

        uint value = BinaryPrimitives.ReadUInt32LittleEndian(source);
        lock (gate)
        {
            if (offset == NvmeRegister.SubmissionDoorbell)
            {
                queue.SubmissionTail = value;
            }
            else if (offset < NvmeRegister.SubmissionHead * sizeof(uint))
            {
                bool enables = offset == 0 && (value & ~queue.Registers[0] & 1) != 0;
                queue.Registers[offset / sizeof(uint)] = value;
                if (enables)
                {
                    queue.Enable();
                }
            }

            Work();
        }

        return Errno.None;
    }

    private void Work()
    {
        if (!isPaused && IsBusMaster)
        {
            queue.Execute();
        }
    }

    private static bool IsRegister(ulong offset, int length) => offset % sizeof(uint) == 0 && length == sizeof(uint);
}
