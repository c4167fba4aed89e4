using VfioMigration.Uapi;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Regions;

/// <summary>Memory on the device: a framebuffer, a store. Part of the device's state, with the pages that changed noted.</summary>
public sealed class DeviceMemory
{
    private readonly DirtyBitmap dirty;
    private Memory<byte> bytes;
    private Memory<byte> spare;

    /// <param name="length">Bytes, a positive multiple of 4096.</param>
    public DeviceMemory(int length)
        : this(new byte[length])
    {
    }

    /// <param name="bytes">A positive multiple of 4096 bytes.</param>
    public DeviceMemory(Memory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length % Page.Size, 0);
        this.bytes = bytes;
        dirty = new DirtyBitmap((ulong)bytes.Length / Page.Size);
    }

    public int Length => bytes.Length;

    public int Pages => Length / Page.Size;

    internal Memory<byte> Bytes => bytes;

    /// <summary>Bytes in pages that changed since they were taken last.</summary>
    internal ulong DirtyBytes => dirty.Count(0, dirty.Pages) * Page.Size;

    public void Read(int offset, Span<byte> destination) => bytes.Span.Slice(offset, destination.Length).CopyTo(destination);

    public void Write(int offset, ReadOnlySpan<byte> source)
    {
        source.CopyTo(bytes.Span.Slice(offset, source.Length));
        if (!source.IsEmpty)
        {
            MarkDirty(offset, source.Length);
        }
    }

    /// <summary>The whole content, to read.</summary>
    public ReadOnlySpan<byte> Content => bytes.Span;

    /// <summary>Zeroes everything.</summary>
    public void Clear()
    {
        bytes.Span.Clear();
        MarkDirty(0, Length);
    }

    /// <summary>Adds the pages that changed to a bitmap of <see cref="Pages"/> bits; they count as unchanged from then on.</summary>
    internal void TakeDirty(Span<byte> bitmap)
    {
        var sink = new BitmapSink(bitmap, 0);
        dirty.Harvest(0, dirty.Pages, ref sink);
    }

    /// <summary>Memory of the same size to load into, so that the device keeps its own until everything was received.</summary>
    internal Memory<byte> TakeSpare()
    {
        Memory<byte> taken = spare.Length == Length ? spare : new byte[Length];
        spare = default;
        return taken;
    }

    /// <summary>Makes loaded memory the content. The old one is kept for the next load.</summary>
    internal void Exchange(Memory<byte> loaded)
    {
        spare = bytes;
        bytes = loaded;
        MarkDirty(0, Length);
    }

    private void MarkDirty(int offset, int length)
    {
        ulong first = (ulong)(offset / Page.Size);
        dirty.Mark(first, (ulong)((offset + length - 1) / Page.Size) - first + 1);
    }
}
