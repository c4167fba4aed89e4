using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Regions;

namespace VfioMigration.Vfio.Migration.Region;

/// <summary>
/// The migration region: <c>struct vfio_device_migration_info</c>, then a data section. Fields are accessed with their natural width and
/// alignment only; everything else in the first page is EINVAL.
/// </summary>
public abstract class MigrationRegion : VfioRegion
{
    internal override bool IsDriverless => true;

    /// <summary>Where the data section begins: page aligned, so that it may be mapped.</summary>
    public const int DataOffset = Page.Size;

    /// <summary>Bytes of the data section, the largest chunk.</summary>
    public const int DataSectionSize = 64 * 1024;

    private readonly Lock gate = new();
    private readonly MigrationDataSection section;
    private uint reservedBits;

    private protected MigrationRegion(MigrationStateMachine machine)
        : base(
            DataOffset + DataSectionSize,
            VfioRegionFlags.VFIO_REGION_INFO_FLAG_READ | VfioRegionFlags.VFIO_REGION_INFO_FLAG_WRITE | VfioRegionFlags.VFIO_REGION_INFO_FLAG_MMAP,
            new RegionTypeCapability(VfioRegionTypes.VFIO_REGION_TYPE_MIGRATION, VfioRegionTypes.VFIO_REGION_SUBTYPE_MIGRATION),
            new SparseMmapCapability([(DataOffset, DataSectionSize)]))
    {
        Machine = machine;
        section = new MigrationDataSection(machine);
    }

    public MigrationStateMachine Machine { get; }

    /// <summary>The data section, for mapping.</summary>
    public override Memory<byte> Memory => section.Bytes;

    /// <summary>
    /// Moves the data section into memory that others can map: <see cref="DataSectionSize"/> bytes. Before anybody uses the device.
    /// </summary>
    public void MoveDataSection(Memory<byte> memory)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(memory.Length, DataSectionSize);
        section.MoveTo(memory);
    }

    /// <summary>The state by the name it has in this numbering.</summary>
    public abstract string StateName { get; }

    /// <summary>The number of the state in this numbering.</summary>
    protected abstract uint Encode();

    /// <summary>
    /// Enters the state of a number. EINVAL, without effect, for one that does not exist or cannot be reached; else as
    /// <see cref="MigrationStateMachine.SetStateOrReturn"/>.
    /// </summary>
    protected abstract Errno Enter(uint value);

    /// <summary>Bits of <c>device_state</c> that carry the state; the others belong to the user and are kept.</summary>
    protected const uint StateMask = 7;

    /// <remarks>The region holds the data section's memory, which may go with it: it stays until the bytes are copied.</remarks>
    protected internal sealed override Errno Read(ulong offset, Span<byte> destination)
    {
        Errno error = ReadBytes(offset, destination);
        GC.KeepAlive(this);
        return error;
    }

    /// <remarks>As <see cref="Read"/>.</remarks>
    protected internal sealed override Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        Errno error = WriteBytes(offset, source);
        GC.KeepAlive(this);
        return error;
    }

    private Errno ReadBytes(ulong offset, Span<byte> destination)
    {
        if (offset >= DataOffset)
        {
            section.Bytes.Span.Slice((int)(offset - DataOffset), destination.Length).CopyTo(destination);
            return Errno.None;
        }

        if (!IsField(offset, destination.Length))
        {
            return Errno.EINVAL;
        }

        if (!ReadField((int)offset).TryGet(out ulong value, out Errno error))
        {
            return error;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..destination.Length].CopyTo(destination);
        return Errno.None;
    }

    private Errno WriteBytes(ulong offset, ReadOnlySpan<byte> source)
    {
        if (offset >= DataOffset)
        {
            source.CopyTo(section.Bytes.Span.Slice((int)(offset - DataOffset), source.Length));
            return Errno.None;
        }

        if (!IsField(offset, source.Length))
        {
            return Errno.EINVAL;
        }

        switch ((int)offset)
        {
            case VfioDeviceMigrationInfo.DeviceState:
                return WriteDeviceState(BinaryPrimitives.ReadUInt32LittleEndian(source));
            case VfioDeviceMigrationInfo.Reserved:
                return Errno.None;
            case VfioDeviceMigrationInfo.DataSize:
                return section.Consume(BinaryPrimitives.ReadUInt64LittleEndian(source));
            default:
                return Errno.EINVAL;
        }
    }

    private Errno WriteDeviceState(uint value)
    {
        Errno error = Enter(value & StateMask);
        if (error == Errno.None)
        {
            lock (gate)
            {
                reservedBits = value & ~StateMask;
            }
        }

        return error;
    }

    private Result<ulong> ReadField(int offset) => offset switch
    {
        VfioDeviceMigrationInfo.DeviceState => (ulong)(Encode() | reservedBits),
        VfioDeviceMigrationInfo.PendingBytes => section.AcknowledgeAndCount(),
        VfioDeviceMigrationInfo.DataOffset => section.Stage(),
        VfioDeviceMigrationInfo.DataSize => section.GetStagedBytes(),
        _ => 0UL,
    };

    private static bool IsField(ulong offset, int length) => offset switch
    {
        VfioDeviceMigrationInfo.DeviceState or VfioDeviceMigrationInfo.Reserved => length == sizeof(uint),
        VfioDeviceMigrationInfo.PendingBytes or VfioDeviceMigrationInfo.DataOffset or VfioDeviceMigrationInfo.DataSize => length == sizeof(ulong),
        _ => false,
    };
}
