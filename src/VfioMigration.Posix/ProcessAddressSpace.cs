using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>
/// The address space that a process had when this was opened (<c>/proc/PID/mem</c>): it stays that one when the process executes another program or ends, and is then gone. For memory that is used
/// later than the request that named it.
/// </summary>
public sealed class ProcessAddressSpace : IDisposable
{
    private readonly FileDescriptor memory;

    private ProcessAddressSpace(FileDescriptor memory) => this.memory = memory;

    /// <summary>EACCES: this process may not trace that one; ENOENT: there is no such thread.</summary>
    /// <param name="thread">The id of any of its threads, which lives.</param>
    public static Result<ProcessAddressSpace> Open(int thread) =>
        FileDescriptor.Open($"/proc/{thread}/mem", OpenFlags.O_RDWR).TryGet(out FileDescriptor memory, out Errno error) ? new ProcessAddressSpace(memory) : error;

    /// <summary>All of it, or EFAULT: not mapped, or the address space is gone. Does not allocate.</summary>
    public Errno Read(ulong address, Span<byte> destination) => Complete(memory.ReadAt(destination, (long)address), destination.Length);

    /// <summary>As <see cref="Read"/>; some bytes may have been written when it fails.</summary>
    public Errno Write(ulong address, ReadOnlySpan<byte> source) => Complete(memory.WriteAt(source, (long)address), source.Length);

    /// <summary>False once the address space is gone, which a read of nothing but its end tells apart from an address without memory (mem_rw of <c>fs/proc/base.c</c>).</summary>
    public bool IsAlive(ulong probe)
    {
        Span<byte> one = stackalloc byte[1];
        Result<int> read = memory.ReadAt(one, (long)probe);
        return !read.IsOk || read.Value == 1;
    }

    public void Dispose() => memory.Dispose();

    private static Errno Complete(Result<int> done, int wanted) => done.TryGet(out int count) && count == wanted ? Errno.None : Errno.EFAULT;
}
