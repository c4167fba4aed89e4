using System.Buffers.Binary;

using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Sdk.Devices.AcceleratorRegister;

namespace VfioMigration.Sdk.Devices;

/// <summary>
/// A virtual function of a crypto accelerator: a ring of requests behind BAR 0, one vector of MSI-X. The driver says what it is and how it
/// migrates.
/// </summary>
public abstract class AcceleratorDevice : VfioPciDevice, IMigratableDevice
{
    private readonly Lock gate = new();
    private readonly AcceleratorRing ring;
    private bool isPaused;

    /// <param name="function">The hardware.</param>
    /// <param name="node">Where user space finds it.</param>
    protected AcceleratorDevice(PciDevice function, Device node)
        : base(node, function.Config, msixVectors: 1)
    {
        ring = new AcceleratorRing(Dma, Msix);
        Config.SetBar(0, BarSize);
        AddBar(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, new TrappedRegion(BarSize, ReadBar, WriteBar));
    }

    /// <summary>What another device must be to take the state.</summary>
    public abstract string StateDescription { get; }

    public abstract (ushort Major, ushort Minor) StateVersion { get; }

    public IReadOnlyList<DeviceMemory> StateMemory => [];

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new AcceleratorWorkload(this, memory, options);

    public void Pause()
    {
        lock (gate)
        {
            isPaused = true;
        }
    }

    /// <summary>Requests that were submitted meanwhile are executed now.</summary>
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
            foreach (uint value in ring.Registers)
            {
                writer.Write(value);
            }

            SaveConfiguration(writer);
        }
    }

    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        lock (gate)
        {
            ReadOnlySpan<byte> pci = ReadPciState(ref reader);
            uint[] registers = new uint[Count];
            for (int i = 0; i < registers.Length; i++)
            {
                registers[i] = reader.ReadUInt32();
            }

            if (!TakesConfiguration(ref reader) || !reader.IsComplete || !TryLoadPciState(pci))
            {
                return false;
            }

            registers.CopyTo(ring.Registers.AsSpan());
            return true;
        }
    }

    public void ResetState()
    {
        lock (gate)
        {
            ring.Registers.AsSpan().Clear();
        }
    }

    protected override void OnReset() => ResetState();

    /// <summary>Writes what a target must be configured to, behind the registers.</summary>
    protected virtual void SaveConfiguration(StateWriter writer)
    {
    }

    /// <summary>Reads what <see cref="SaveConfiguration"/> wrote; false when this device is not configured so.</summary>
    protected virtual bool TakesConfiguration(ref StateReader reader) => true;

    private static bool IsRegister(ulong offset, int length) => offset % sizeof(uint) == 0 && length == sizeof(uint);

    private Errno ReadBar(ulong offset, Span<byte> destination)
    {
        if (!IsRegister(offset, destination.Length))
        {
            return Errno.EINVAL;
        }

        lock (gate)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, offset / sizeof(uint) < Count ? ring.Registers[offset / sizeof(uint)] : 0);
        }

        return Errno.None;
    }

    private Errno WriteBar(ulong offset, ReadOnlySpan<byte> source)
    {
        if (!IsRegister(offset, source.Length))
        {
            return Errno.EINVAL;
        }

        int register = (int)(offset / sizeof(uint));
        if (register >= Count || IsReadOnly(register))
        {
            return Errno.None;
        }

        lock (gate)
        {
            ring.Registers[register] = BinaryPrimitives.ReadUInt32LittleEndian(source);
            Work();
        }

        return Errno.None;
    }

    private void Work()
    {
        if (!isPaused && IsBusMaster)
        {
            ring.Execute();
        }
    }
}
