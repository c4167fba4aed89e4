using System.Buffers.Binary;

using VfioMigration.Buses.Pci;
using VfioMigration.Compatibility.Descriptions;
using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Sdk.Devices;

/// <summary>
/// A function of 32-bit registers, some of which give it work when they are written. This keeps the lock, the pause and the registers' way into
/// the stream; a driver implements the registers.
/// </summary>
public abstract class RegisterDevice : VfioPciDevice, IMigratableDevice
{
    private readonly Lock gate = new();
    private readonly SoftwareVersion software;
    private readonly int readable;
    private bool isPaused;

    /// <param name="config">What the guest sees of the function.</param>
    /// <param name="node">Where user space finds it.</param>
    /// <param name="vectors">Of MSI-X.</param>
    /// <param name="registers">Readable ones, from offset 0.</param>
    /// <param name="latches">What follows them in <see cref="Registers"/> and in the stream, and reads as zero: write-only doorbells.</param>
    /// <param name="software">Version of the saved state.</param>
    protected RegisterDevice(PciConfigSpace config, Device node, int vectors, int registers, int latches, SoftwareVersion software)
        : base(node, config, new VfioPciLayout { MsixVectors = vectors })
    {
        Registers = new uint[registers + latches];
        readable = registers;
        this.software = software;
    }

    /// <summary>What another device must be to take the state.</summary>
    public abstract string StateDescription { get; }

    public (ushort Major, ushort Minor) StateVersion => ((ushort)software.Major, (ushort)software.Minor);

    public virtual IReadOnlyList<DeviceMemory> StateMemory => [];

    /// <summary>As the guest sees and as the stream carries them.</summary>
    protected uint[] Registers { get; }

    public Errno Pause()
    {
        lock (gate)
        {
            isPaused = true;
        }

        return Errno.None;
    }

    /// <summary>Work queued meanwhile is done now.</summary>
    public Errno Continue()
    {
        lock (gate)
        {
            isPaused = false;
            WorkIfAllowed();
        }

        return Errno.None;
    }

    public void SaveState(StateWriter writer)
    {
        lock (gate)
        {
            SavePciState(writer);
            foreach (uint value in Registers)
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
            uint[] loaded = new uint[Registers.Length];
            for (int i = 0; i < loaded.Length; i++)
            {
                loaded[i] = reader.ReadUInt32();
            }

            if (!TakesConfiguration(ref reader) || !reader.IsComplete || !TryLoadPciState(pci))
            {
                return false;
            }

            loaded.CopyTo(Registers.AsSpan());
            return true;
        }
    }

    public Errno ResetState()
    {
        lock (gate)
        {
            Registers.AsSpan().Clear();
        }

        return Errno.None;
    }

    protected override Errno OnReset() => ResetState();

    /// <summary>Writes what a target must be configured to, behind the registers.</summary>
    protected virtual void SaveConfiguration(StateWriter writer)
    {
    }

    /// <summary>Reads what <see cref="SaveConfiguration"/> wrote; false when this device is not configured so.</summary>
    protected virtual bool TakesConfiguration(ref StateReader reader) => true;

    /// <summary>Takes a value that was written at an offset, a multiple of four. Called under the lock, paused or not.</summary>
    protected abstract void Store(ulong offset, uint value);

    /// <summary>Performs what the registers request. Called under the lock, never while paused or without bus mastering.</summary>
    protected abstract void Work();

    /// <summary>Reads the BAR of the registers. EINVAL: not one register.</summary>
    protected Errno ReadBar(ulong offset, Span<byte> destination)
    {
        if (!IsRegister(offset, destination.Length))
        {
            return Errno.EINVAL;
        }

        lock (gate)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, offset / sizeof(uint) < (ulong)readable ? Registers[offset / sizeof(uint)] : 0);
        }

        return Errno.None;
    }

    /// <summary>Writes the BAR of the registers. EINVAL: not one register.</summary>
    protected Errno WriteBar(ulong offset, ReadOnlySpan<byte> source)
    {
        if (!IsRegister(offset, source.Length))
        {
            return Errno.EINVAL;
        }

        lock (gate)
        {
            Store(offset, BinaryPrimitives.ReadUInt32LittleEndian(source));
            WorkIfAllowed();
        }

        return Errno.None;
    }

    private static bool IsRegister(ulong offset, int length) => offset % sizeof(uint) == 0 && length == sizeof(uint);

    private void WorkIfAllowed()
    {
        if (!isPaused && IsBusMaster)
        {
            Work();
        }
    }
}
