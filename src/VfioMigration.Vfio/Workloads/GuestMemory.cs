using System.Buffers;
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
/// <remarks>
/// The memory is given back when it was disposed and its last user has left. Devices are users through <see cref="Map"/>: disposing unmaps
/// everything, waits for copies under way, and what a device tries afterwards is EINVAL. All others enter
/// (<see cref="TryEnter"/>); the methods below do so themselves, and throw <see cref="ObjectDisposedException"/> after disposal.
/// </remarks>
public sealed class GuestMemory : IDisposable
{
    private readonly GuestMemoryAllocator allocate;
    private readonly Memory<byte> bytes;
    private readonly DirtyBitmap processorDirty;

    /// <summary>Guards additions to <see cref="owned"/>. A leaf: nothing is called while it is held.</summary>
    private readonly Lock gate = new();
    private readonly List<MemoryManager<byte>> owned = [];

    /// <summary>Those inside, and one for the owner until it disposes; never grows from 0.</summary>
    private int users = 1;
    private int disposed;

    /// <summary>A memory made of arrays.</summary>
    /// <param name="length">Bytes, a positive multiple of 4096.</param>
    public GuestMemory(int length)
        : this(new ArrayMemory(CheckedLength(length)), length, static size => new ArrayMemory(size))
    {
    }

    private GuestMemory(MemoryManager<byte> memory, int length, GuestMemoryAllocator allocate)
    {
        this.allocate = allocate;
        owned.Add(memory);
        bytes = memory.Memory;
        Length = length;
        processorDirty = new DirtyBitmap((ulong)length / Page.Size);
        Map = new DmaMap();
        Errno error = Map.Map(
            0,
            (ulong)length,
            VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ | VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE,
            new ArrayDmaMemory(bytes));
        if (error != Errno.None)
        {
            throw new InvalidOperationException($"{length} bytes cannot be mapped: {error.Name()}");
        }
    }

    /// <summary>A memory of a system's; its errno when it gives none.</summary>
    /// <param name="length">Bytes, a positive multiple of 4096.</param>
    /// <param name="allocate">Allocates this memory, and that of <see cref="Allocate"/>.</param>
    public static Result<GuestMemory> Create(int length, GuestMemoryAllocator allocate) =>
        allocate(CheckedLength(length)).TryGet(out MemoryManager<byte> memory, out Errno error)
            ? new GuestMemory(memory, length, allocate)
            : error;

    public int Length { get; }

    public int Pages => Length / Page.Size;

    /// <summary>The address space for devices.</summary>
    public DmaMap Map { get; }

    /// <summary>The whole content, to read. The caller is inside, or excludes disposal.</summary>
    public ReadOnlySpan<byte> Content => bytes.Span;

    /// <summary>
    /// False when the memory was given back; else it stays until <see cref="Exit"/>. Who is inside may enter again, also after the guest has
    /// ended: a step in the middle comes to its end.
    /// </summary>
    public bool TryEnter()
    {
        int seen = Volatile.Read(ref users);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref users, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>As <see cref="TryEnter"/>, for callers that have nothing to answer.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public void Enter()
    {
        if (!TryEnter())
        {
            throw new ObjectDisposedException(null, "the guest has ended");
        }
    }

    /// <summary>
    /// Runs with the memory held, on the thread that runs it: a late one keeps the memory for as long as it needs. ENODEV when the memory was given back.
    /// </summary>
    public Errno Use<TState>(TState state, Func<TState, Errno> body)
    {
        if (!TryEnter())
        {
            return Errno.ENODEV;
        }

        try
        {
            return body(state);
        }
        finally
        {
            Exit();
        }
    }

    /// <inheritdoc cref="Use{TState}(TState, Func{TState, Errno})"/>
    public Result<T> Use<TState, T>(TState state, Func<TState, Result<T>> body)
    {
        if (!TryEnter())
        {
            return Errno.ENODEV;
        }

        try
        {
            return body(state);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Pairs with <see cref="TryEnter"/> and <see cref="Enter"/>. The last one gives the memory back.</summary>
    public void Exit()
    {
        // The list does not change any more: only callers inside add to it.
        if (Interlocked.Decrement(ref users) == 0)
        {
            owned.ForEach(static memory => ((IDisposable)memory).Dispose());
            owned.Clear();
        }
    }

    /// <summary>
    /// More memory for users of this one, such as a shadow; all zero, freed together with it.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">The system gives none.</exception>
    public Memory<byte> Allocate(int length)
    {
        Enter();
        try
        {
            if (!allocate(length).TryGet(out MemoryManager<byte> memory))
            {
                throw new InsufficientMemoryException($"cannot allocate {length} bytes of guest memory");
            }

            lock (gate)
            {
                owned.Add(memory);
            }

            return memory.Memory;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>The processor writes.</summary>
    public void Write(int address, ReadOnlySpan<byte> source)
    {
        Load(address, source);
        if (!source.IsEmpty)
        {
            ulong first = (ulong)(address / Page.Size);
            processorDirty.Mark(first, (ulong)((address + source.Length - 1) / Page.Size) - first + 1);
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

    public uint ReadUInt32(int address)
    {
        Enter();
        try
        {
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[address..]);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>A page that arrived from another host. Not noted as dirty.</summary>
    public void Load(int address, ReadOnlySpan<byte> source)
    {
        Enter();
        try
        {
            source.CopyTo(bytes.Span[address..]);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Pages that arrived from another host as zeroes.</summary>
    public void LoadZeroes(int address, int length)
    {
        Enter();
        try
        {
            bytes.Span.Slice(address, length).Clear();
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>ORs the pages the processor wrote into a bitmap of <see cref="Pages"/> bits and forgets them.</summary>
    public void TakeProcessorDirty(Span<byte> bitmap)
    {
        var sink = new BitmapSink(bitmap, 0);
        processorDirty.Harvest(0, processorDirty.Pages, ref sink);
    }

    /// <summary>
    /// The guest has ended. No device reaches the memory when this returns; it is freed when no user is inside any more, at once if none
    /// is.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            Map.UnmapAll();
            Exit();
        }
    }

    private static int CheckedLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % Page.Size, 0);
        return length;
    }
}
