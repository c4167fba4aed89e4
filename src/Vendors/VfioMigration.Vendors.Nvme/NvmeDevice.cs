using VfioMigration.Buses.Pci;
using VfioMigration.Sdk.Devices;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vendors.Nvme;

/// <summary>
/// A virtual function with a local store, which moves along. With a remote side the store is its copy of what is there, so the state only fits a
/// function with the same one.
/// </summary>
internal sealed class NvmeDevice : RegisterDevice
{
    private readonly NvmeQueue queue;
    private readonly NvmeOptions options;
    private volatile RemoteUrl remoteUrl;

    internal NvmeDevice(PciDevice function, Device node, NvmeOptions options)
        : base(function.Config, node, vectors: 1, registers: NvmeRegister.Count, latches: 1, options.SoftwareVersion)
    {
        this.options = options;
        Ids = function.Ids;
        remoteUrl = options.RemoteUrl;
        Blocks = new DeviceMemory(options.StoreMegabytes << 20);
        queue = new NvmeQueue(Registers, Dma, Msix, Blocks);
        Config.SetBar(0, NvmeRegister.BarSize);
        AddBar(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, new TrappedRegion(NvmeRegister.BarSize, ReadBar, WriteBar));
        AddMigration(this, options.Migration);
    }

    public override string StateDescription =>
        $"nvme {Ids} {options.StoreMegabytes}MB{(RemoteUrl == RemoteUrl.None ? "" : " ")}{RemoteUrl.Text}";

    public override IReadOnlyList<DeviceMemory> StateMemory => [Blocks];

    /// <summary>The store.</summary>
    internal DeviceMemory Blocks { get; }

    internal PciIds Ids { get; }

    internal RemoteUrl RemoteUrl => remoteUrl;

    /// <summary>At any time; a stream that was begun is not affected.</summary>
    internal Errno Configure(RemoteUrl wanted)
    {
        remoteUrl = wanted;
        return Errno.None;
    }

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new NvmeWorkload(this, memory, options);

    protected override void Store(ulong offset, uint value)
    {
        if (offset == NvmeRegister.SubmissionDoorbell)
        {
            Registers[NvmeRegister.SubmissionTail] = value;
        }
        else if (offset < NvmeRegister.SubmissionHead * sizeof(uint))
        {
            bool enables = offset == 0 && (value & ~Registers[0] & 1) != 0;
            Registers[offset / sizeof(uint)] = value;
            if (enables)
            {
                queue.Enable();
            }
        }
    }

    protected override void Work() => queue.Execute();
}
