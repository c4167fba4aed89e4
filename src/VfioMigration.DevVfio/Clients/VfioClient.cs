using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;
using VfioMigration.Vfio.Users;

namespace VfioMigration.DevVfio.Clients;

/// <summary>The process that makes a request, as long as it waits for the answer: its memory and its descriptors.</summary>
public abstract class VfioClient : IUserMemory
{
    /// <summary>Its process id as this machine has it; 0 when it cannot be seen from here.</summary>
    public abstract int ProcessId { get; }

    /// <summary>Its name, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>True for a caller with CAP_SYS_RAWIO, which an unprotected device (noiommu) requires.</summary>
    public abstract bool IsPrivileged { get; }

    /// <summary>Cancelled when the caller got a signal.</summary>
    public abstract CancellationToken Interrupted { get; }

    public abstract Errno Read(ulong address, Span<byte> destination);

    public abstract Errno Write(ulong address, ReadOnlySpan<byte> source);

    /// <summary>The open file behind one of its descriptors; null for one that is not of these. EBADF: it has no such descriptor.</summary>
    public abstract Result<DevVfioFile?> FindFile(int descriptor);

    /// <summary>An eventfd of its own. EBADF: it has no such descriptor; EINVAL: it is of another kind.</summary>
    public abstract Result<ClientEventFd> GetEventFd(int descriptor);

    /// <summary>Its memory as it is now, for later use by a device. ENOMEM: it cannot be kept.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="length">Bytes.</param>
    public abstract Result<DmaMemory> KeepMemory(ulong address, ulong length);

    /// <summary>EFAULT when a part of its memory does not exist, or may not be written although a device is to write it.</summary>
    public abstract Errno CheckMemory(ulong address, ulong length, bool writes);

    /// <summary>True when a part of its memory is a region of a device, which cannot be pinned.</summary>
    public abstract bool IsDeviceMemory(ulong address, ulong length);

    /// <summary>A file that it has mapped, or may map. EBADF: it has no such descriptor; EINVAL: it is no memory.</summary>
    /// <param name="descriptor">Of the file.</param>
    /// <param name="start">First byte in the file.</param>
    /// <param name="length">Bytes.</param>
    public abstract Result<DmaMemory> KeepFile(int descriptor, ulong start, ulong length);
}
