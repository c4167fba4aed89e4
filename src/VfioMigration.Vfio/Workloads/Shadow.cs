using System.Buffers.Binary;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration.Streams;

namespace VfioMigration.Vfio.Workloads;

/// <summary>The bytes of a memory as a shadow reads them; a span cannot be kept.</summary>
public delegate ReadOnlySpan<byte> MemoryContent();

/// <summary>
/// What a workload expects in a memory, kept without asking the device. It is sent as one CRC-32C per page, and the memory that arrived is
/// held against it page by page.
/// </summary>
public sealed class Shadow
{

    private readonly MemoryContent actual;
    private readonly Memory<byte> expected;

    /// <param name="name">For messages, such as <c>guest memory</c>.</param>
    /// <param name="actual">The memory, whole pages.</param>
    /// <exception cref="ArgumentException">The memory is not whole pages.</exception>
    /// <param name="allocate">Gives memory that is zero, for what is expected; null takes an array.</param>
    public Shadow(string name, MemoryContent actual, Func<int, Memory<byte>>? allocate = null)
    {
        Name = name;
        this.actual = actual;
        ReadOnlySpan<byte> now = actual();
        if (now.Length % Page.Size != 0)
        {
            throw new ArgumentException($"{name} has {now.Length} bytes, which is no multiple of {Page.Size}", nameof(actual));
        }

        expected = allocate?.Invoke(now.Length) ?? new byte[now.Length];

        // What is zero already is not written: the system gives a page only when it is.
        for (int at = 0; at < now.Length; at += Page.Size)
        {
            ReadOnlySpan<byte> page = now[at..Math.Min(at + Page.Size, now.Length)];
            if (page.ContainsAnyExcept((byte)0))
            {
                page.CopyTo(expected.Span[at..]);
            }
        }
    }

    public string Name { get; }

    public ReadOnlySpan<byte> Expected => expected.Span;

    /// <summary>Notes what will be, or was, written.</summary>
    public void Write(int address, ReadOnlySpan<byte> source) => source.CopyTo(expected.Span[address..]);

    /// <summary>Notes a little endian number.</summary>
    public void Write(int address, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(expected.Span[address..], value);

    /// <summary>Notes a little endian number.</summary>
    public void Write(int address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(expected.Span[address..], value);

    /// <summary>The address of the first byte that differs; null when all is as expected.</summary>
    public int? FindDifference()
    {
        int same = actual().CommonPrefixLength(expected.Span);
        return same == expected.Length ? null : same;
    }

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    internal int SavedBytes => expected.Length / Page.Size * sizeof(uint);

    internal void Save(StateWriter writer)
    {
        for (int page = 0; page < expected.Length; page += Page.Size)
        {
            writer.Write(Crc32C.Compute(expected.Span.Slice(page, Page.Size)));
        }
    }

    /// <summary>Holds the memory against saved checksums and expects from then on what is there; the first page that differs, null for none.</summary>
    internal int? Load(ref StateReader reader)
    {
        int? different = null;
        ReadOnlySpan<byte> memory = actual();
        for (int page = 0; page < expected.Length; page += Page.Size)
        {
            if (reader.ReadUInt32() != Crc32C.Copy(memory.Slice(page, Page.Size), expected.Span[page..]))
            {
                different ??= page / Page.Size;
            }
        }

        return different;
    }
}
