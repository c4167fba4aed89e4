using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

using VfioMigration.Buses.Pci;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Sdk.Devices;

/// <summary>
/// A display: video memory in BAR 0, and, where the driver wants them, 32-bit registers without meaning in BAR 2. Migrates by pages of its memory.
/// </summary>
public abstract class DisplayDevice : VfioPciDevice, IMigratableDevice
{
    private const uint RegisterBarSize = Page.Size;

    private readonly byte[] registers;
    private readonly Lock gate = new();

    /// <param name="device">The device of the bus.</param>
    /// <param name="ids">The ids in the configuration space.</param>
    /// <param name="memoryBytes">Video memory; rounded up to whole pages.</param>
    /// <param name="registers">32-bit registers, up to 1024.</param>
    /// <param name="personality">How it is migrated.</param>
    /// <param name="layout">How it describes itself; null for the default.</param>
    public DisplayDevice(Device device, PciIds ids, int memoryBytes, int registers, MigrationPersonality personality, VfioPciLayout? layout = null)
        : base(device, new PciConfigSpace(ids), layout)
    {
        this.registers = new byte[registers * sizeof(uint)];
        ResizeMemory(memoryBytes);
        if (Intx.Count > 0)
        {
            Config.SetInterruptPin();
        }

        if (registers > 0)
        {
            Config.SetBar(2, RegisterBarSize);
            AddBar(2, new TrappedRegion(RegisterBarSize, ReadRegisters, WriteRegisters));
        }

        AddMigration(this, personality);
    }

    public DeviceMemory VideoMemory { get; private set; }

    /// <summary>What another device must be to take the state.</summary>
    public abstract string StateDescription { get; }

    public virtual (ushort Major, ushort Minor) StateVersion => (1, 0);

    public IReadOnlyList<DeviceMemory> StateMemory => [VideoMemory];

    /// <summary>True for a sample of the kernel, whose registers survive VFIO_DEVICE_RESET.</summary>
    protected virtual bool KeepsRegisters => false;

    /// <summary>The number of registers.</summary>
    internal int RegisterCount => registers.Length / sizeof(uint);

    /// <summary>Other memory, empty. Only while the device is not in use.</summary>
    [MemberNotNull(nameof(VideoMemory))]
    protected void ResizeMemory(int bytes)
    {
        VideoMemory = new DeviceMemory((bytes + Page.Size - 1) & ~(Page.Size - 1));
        Config.SetBar(0, (uint)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)VideoMemory.Length));
        AddBar(0, new MemoryRegion(VideoMemory));
    }

    public override DeviceWorkload? CreateWorkload(GuestMemory memory, WorkloadOptions options) => new DisplayWorkload(this, memory, options);

    /// <summary>A display does nothing by itself.</summary>
    public Errno Pause() => Errno.None;

    public Errno Continue() => Errno.None;

    public void SaveState(StateWriter writer)
    {
        SavePciState(writer);
        writer.Write(registers);
    }

    public bool TryLoadState(ref StateReader reader, ushort minor)
    {
        ReadOnlySpan<byte> pci = ReadPciState(ref reader);
        ReadOnlySpan<byte> saved = reader.ReadBytes(registers.Length);
        if (!reader.IsComplete || !TryLoadPciState(pci))
        {
            return false;
        }

        saved.CopyTo(registers);
        return true;
    }

    /// <summary>The screen is empty; the registers are what they were for a device that keeps them.</summary>
    public virtual Errno ResetState()
    {
        if (!KeepsRegisters)
        {
            lock (gate)
            {
                registers.AsSpan().Clear();
            }
        }

        VideoMemory.Clear();
        return Errno.None;
    }

    protected override Errno OnReset() => ResetState();

    /// <summary>The value of a register.</summary>
    internal uint Register(int index) => BinaryPrimitives.ReadUInt32LittleEndian(registers.AsSpan(index * sizeof(uint)));

    private Errno ReadRegisters(ulong offset, Span<byte> destination)
    {
        destination.Clear();
        lock (gate)
        {
            int there = (int)Math.Max(0, Math.Min(destination.Length, registers.Length - (long)offset));
            registers.AsSpan((int)Math.Min((long)offset, registers.Length), there).CopyTo(destination);
        }

        return Errno.None;
    }

    private Errno WriteRegisters(ulong offset, ReadOnlySpan<byte> source)
    {
        lock (gate)
        {
            int there = (int)Math.Max(0, Math.Min(source.Length, registers.Length - (long)offset));
            source[..there].CopyTo(registers.AsSpan((int)Math.Min((long)offset, registers.Length)));
        }

        return Errno.None;
    }
}
