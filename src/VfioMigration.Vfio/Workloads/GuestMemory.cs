using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Workloads;

/// <summary>
/// The memory of a simulated guest, from address 0, mapped for its devices one to one. What the guest's own processor writes is noted
/// here, as KVM does it; what devices write is noted by the trackers of VFIO.
/// </summary>
public sealed class GuestMemory
{
    public const int PageSize = 4096;

    private readonly byte[] bytes;
    private readonly DirtyBitmap processorDirty;

    /// <param name="length">Bytes, a positive multiple of 4096.</param>
    public GuestMemory(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % PageSize, 0);
        bytes = new byte[length];
        processorDirty = new DirtyBitmap((ulong)length / PageSize);
        Map = new DmaMap();
        Errno error = Map.Map(
            0,
            (ulong)length,
            VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE,
            new ArrayDmaMemory(bytes));
        if (error != Errno.None)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "not a size that can be mapped");
        }
    }

    public int Length => bytes.Length;

    public int Pages => bytes.Length / PageSize;

    /// <summary>The address space for devices.</summary>
    public DmaMap Map { get; }

    /// <summary>The whole content, to read.</summary>
    public ReadOnlySpan<byte> Content => bytes;

    /// <summary>The processor writes.</summary>
    public void Write(int address, ReadOnlySpan<byte> source)
    {
        source.CopyTo(bytes.AsSpan(address));
        if (!source.IsEmpty)
        {
            ulong first = (ulong)(address / PageSize);
            processorDirty.Mark(first, (ulong)((address + source.Length - 1) / PageSize) - first + 1);
        }
    }

    /// <summary>The processor writes a little endian number.</summary>
    public void Write(int address, uint value)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, value);
        Write(address, number);
    }

    /// <summary>The processor writes a little endian number.</summary>
    public void Write(int address, ulong value)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        Write(address, number);
    }

    public uint ReadUInt32(int address) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(address));

    /// <summary>A page that arrived from another host. Not noted as dirty.</summary>
    public void Load(int address, ReadOnlySpan<byte> source) => source.CopyTo(bytes.AsSpan(address));

    /// <summary>Pages that arrived from another host as zeroes.</summary>
    public void LoadZeroes(int address, int length) => bytes.AsSpan(address, length).Clear();

    /// <summary>ORs the pages the processor wrote into a bitmap of <see cref="Pages"/> bits and forgets them.</summary>
    public void TakeProcessorDirty(Span<byte> bitmap)
    {
        var sink = new BitmapSink(bitmap, 0);
        processorDirty.Harvest(0, processorDirty.Pages, ref sink);
    }
}
