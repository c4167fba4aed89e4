using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>Page-aligned memory outside the managed heap, so that read(2) and write(2) need no pinning.</summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    private byte* memory;

    /// <param name="length">Bytes; must be positive.</param>
    public NativeBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, Page.Size);
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
