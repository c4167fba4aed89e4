using System.Runtime.InteropServices;

namespace VfioMigration.Posix;

/// <summary>Page-aligned memory outside the managed heap, so that read(2) and write(2) need no pinning.</summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint PageSize = 4096;
    private byte* memory;

    /// <param name="length">Bytes; must be positive.</param>
    public NativeBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, PageSize);
        Length = length;
    }

    ~NativeBuffer() => Free();

    public int Length { get; }

    public Span<byte> Span => memory is null ? throw new ObjectDisposedException(nameof(NativeBuffer)) : new Span<byte>(memory, Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
    }
}
