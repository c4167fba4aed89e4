using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Sdk.Devices;

/// <summary>What a guest does with a <see cref="RegisterDevice"/> whose registers are in BAR 0.</summary>
/// <param name="device">As for every workload.</param>
/// <param name="memory">As for every workload.</param>
/// <param name="options">As for every workload.</param>
/// <param name="deviceMemory">As for every workload.</param>
public abstract class RegisterWorkload(
    RegisterDevice device, GuestMemory memory, WorkloadOptions options, params IReadOnlyList<(string Name, MemoryContent Content)> deviceMemory)
    : DeviceWorkload(device, memory, options, deviceMemory)
{
    private const ulong Command = 4;
    private const ushort MemoryAndBusMaster = 0x6;

    /// <summary>Registers that the guest's driver writes first, by number, in this order.</summary>
    protected abstract IReadOnlyList<(int Register, uint Value)> Setup { get; }

    public override Errno Start()
    {
        Errno error = Device.WriteRegion(VfioPciIndex.VFIO_PCI_CONFIG_REGION_INDEX, Command, BitConverter.GetBytes(MemoryAndBusMaster));
        foreach ((int register, uint value) in Setup)
        {
            error = error == Errno.None ? WriteRegister((ulong)register * sizeof(uint), value) : error;
        }

        return error;
    }

    protected Errno WriteRegister(ulong offset, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Device.WriteRegion(VfioPciIndex.VFIO_PCI_BAR0_REGION_INDEX, offset, bytes);
    }
}
