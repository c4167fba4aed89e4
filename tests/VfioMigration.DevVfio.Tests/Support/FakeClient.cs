using System.Collections.Concurrent;

using VfioMigration.DevVfio.Clients;
using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.DevVfio.Tests.Support;

/// <summary>A process without a process: one array is its memory, a table holds its descriptors.</summary>
internal sealed class FakeClient : VfioClient
{
    internal const ulong MemoryStart = 0x100000;
    internal const int MemorySize = 1 << 20;

    /// <summary>Where structures of ioctls go.</summary>
    internal const ulong Scratch = MemoryStart;

    /// <summary>Where what they point to goes.</summary>
    internal const ulong Aside = MemoryStart + 0x10000;

    private const int FirstDescriptor = 3;

    private readonly byte[] memory = new byte[MemorySize];
    private readonly ConcurrentDictionary<int, object> descriptors = new();
    private int lastDescriptor = FirstDescriptor - 1;

    public override int ProcessId => 1;

    public override string Name => "test";

    public override bool IsPrivileged => true;

    public override CancellationToken Interrupted => default;

    internal IEnumerable<int> Descriptors => descriptors.Keys;

    public override Errno Read(ulong address, Span<byte> destination)
    {
        if (!Holds(address, (ulong)destination.Length))
        {
            return Errno.EFAULT;
        }

        memory.AsSpan((int)(address - MemoryStart), destination.Length).CopyTo(destination);
        return Errno.None;
    }

    public override Errno Write(ulong address, ReadOnlySpan<byte> source)
    {
        if (!Holds(address, (ulong)source.Length))
        {
            return Errno.EFAULT;
        }

        source.CopyTo(memory.AsSpan((int)(address - MemoryStart)));
        return Errno.None;
    }

    public override Result<DevVfioFile?> FindFile(int descriptor) =>
        descriptors.TryGetValue(descriptor, out object? file) ? Result<DevVfioFile?>.Of(file as DevVfioFile) : Errno.EBADF;

    public override Result<ClientEventFd> GetEventFd(int descriptor) =>
        !descriptors.TryGetValue(descriptor, out object? file) ? Errno.EBADF : file is FakeEventFd eventFd ? eventFd : Errno.EINVAL;

    public override Result<DmaMemory> KeepMemory(ulong address, ulong length) => new FakeDmaMemory(this, address, length);

    public override Errno CheckMemory(ulong address, ulong length, bool writes) => Holds(address, length) ? Errno.None : Errno.EFAULT;

    public override bool IsDeviceMemory(ulong address, ulong length) => false;

    public override Result<DmaMemory> KeepFile(int descriptor, ulong start, ulong length) =>
        !descriptors.TryGetValue(descriptor, out object? file) ? Errno.EBADF
        : file is byte[] bytes && start <= (ulong)bytes.Length && length <= (ulong)bytes.Length - start ? new ArrayDmaMemory(bytes.AsMemory((int)start, (int)length))
        : Errno.EINVAL;

    /// <summary>A new descriptor of a file, an eventfd, or an array, which is a file of memory.</summary>
    internal int Add(object file)
    {
        int number = Interlocked.Increment(ref lastDescriptor);
        descriptors[number] = file;
        return number;
    }

    internal object? Remove(int descriptor) => descriptors.TryRemove(descriptor, out object? file) ? file : null;

    /// <summary>Puts bytes at a place and gives its address back.</summary>
    internal ulong Place(ulong address, byte[] bytes)
    {
        Assert.Equal(Errno.None, Write(address, bytes));
        return address;
    }

    internal byte[] Fetch(ulong address, int length)
    {
        byte[] bytes = new byte[length];
        Assert.Equal(Errno.None, Read(address, bytes));
        return bytes;
    }

    private static bool Holds(ulong address, ulong length) =>
        address >= MemoryStart && address - MemoryStart <= MemorySize && length <= MemorySize - (address - MemoryStart);
}
