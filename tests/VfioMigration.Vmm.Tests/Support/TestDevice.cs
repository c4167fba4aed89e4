using System.Buffers.Binary;

using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>
/// A function with a DMA engine that is always one job behind: a doorbell performs the job before and keeps the new one, so every migration
/// carries one under way. Each job raises one of four vectors. A stopped engine refuses the doorbell.
/// </summary>
internal sealed class TestDevice : VfioPciDevice, IMigratableDevice
{
    internal const ulong AddressRegister = 0;
    internal const ulong LengthRegister = 4;
    internal const ulong SeedRegister = 8;
    internal const ulong Doorbell = 12;
    internal const int Vectors = 4;
    internal const int MemoryLength = 64 * 1024;

    private readonly Lock gate = new();
    private readonly byte[] buffer = new byte[TestJob.MaxLength];
    private TestJob registers;
    private TestJob waiting;
    private uint rung;
    private bool isPaused;

    internal TestDevice(DriverCore core, string name, TestDeviceOptions options, Timeline timeline)
        : base(Added(core, name), Space(), new VfioPciLayout { MsixVectors = Vectors })
    {
        Timeline = timeline;
        KeepsStateOnClose = options.KeepsState;
        AddBar(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, new TrappedRegion(4096, ReadBar, WriteBar));
        AddMigration(new DeviceStateMigration(this, options.Flags, Report), options.Personality, options.HasDirtyLog);
    }

    public string StateDescription => "test card";

    public (ushort Major, ushort Minor) StateVersion => (1, 0);

    public IReadOnlyList<DeviceMemory> StateMemory { get; } = [new DeviceMemory(MemoryLength)];

    /// <summary>Called while a guest sets the device up.</summary>
    internal Action? Booting { get; set; }

    /// <summary>Where workloads note their steps.</summary>
    internal Timeline Timeline { get; }

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new TestWorkload(this, memory, options);

    public Errno Pause() => SetPaused(true);

    public Errno Continue() => SetPaused(false);

    public void SaveState(StateWriter writer)
    {
        lock (gate)
        {
            SavePciState(writer);
            registers.Save(writer);
            waiting.Save(writer);
            writer.Write(rung);
        }
    }

    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        lock (gate)
        {
            ReadOnlySpan<byte> pci = ReadPciState(ref reader);
            TestJob loadedRegisters = TestJob.Load(ref reader);
            TestJob loadedWaiting = TestJob.Load(ref reader);
            uint loadedRung = reader.ReadUInt32();
            if (!reader.IsComplete || !TryLoadPciState(pci))
            {
                return false;
            }

            (registers, waiting, rung) = (loadedRegisters, loadedWaiting, loadedRung);
            return true;
        }
    }

    public Errno ResetState()
    {
        lock (gate)
        {
            (registers, waiting, rung) = (default, default, 0);
            StateMemory[0].Clear();
        }

        return Errno.None;
    }

    /// <summary>Everything but the memory.</summary>
    internal byte[] Registers()
    {
        var writer = new StateWriter();
        SaveState(writer);
        return writer.Written.ToArray();
    }

    private static Device Added(DriverCore core, string name)
    {
        var device = new Device(core, name);
        Assert.Equal(Errno.None, device.Add());
        return device;
    }

    private static PciConfigSpace Space()
    {
        var config = new PciConfigSpace(new PciIds(0x1234, 0x5678, 0x1234, 1, 0x088000, 1));
        config.SetBar(0, 4096);
        return config;
    }

    private Errno SetPaused(bool paused)
    {
        lock (gate)
        {
            isPaused = paused;
        }

        return Errno.None;
    }

    private Errno ReadBar(ulong offset, Span<byte> destination)
    {
        destination.Clear();
        return Errno.None;
    }

    private Errno WriteBar(ulong offset, ReadOnlySpan<byte> source)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(source);
        lock (gate)
        {
            registers = offset switch
            {
                AddressRegister => registers with { Address = value },
                LengthRegister => registers with { Length = value },
                SeedRegister => registers with { Seed = value },
                _ => registers,
            };
            return offset == Doorbell ? Ring() : Errno.None;
        }
    }

    private Errno Ring()
    {
        if (isPaused)
        {
            return Errno.EIO;
        }

        Errno error = waiting.Length == 0 ? Errno.None : Perform(waiting);
        waiting = registers;
        rung++;
        return error;
    }

    private Errno Perform(TestJob job)
    {
        Span<byte> content = job.Fill(buffer);
        StateMemory[0].Write((int)(rung * TestJob.Record % MemoryLength), content[..TestJob.Record]);
        Errno error = Dma.Write(job.Address, content);
        Msix.Raise((int)(rung % Vectors));
        return error;
    }
}
