using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Clients;

/// <summary>An open file (<c>struct file</c>) of <c>/dev/vfio</c> or <c>/dev/iommu</c>, which several processes may share.</summary>
public abstract class DevVfioFile
{
    public abstract VfioFileKind Kind { get; }

    /// <summary>True for a file without positions: lseek(2), pread(2), pwrite(2) and mmap(2) fail.</summary>
    internal virtual bool IsStream => false;

    /// <summary>What a request number is answered with that the file does not know.</summary>
    internal virtual Errno UnknownIoctl => Errno.ENOTTY;

    /// <summary>read(2) and pread(2). EINVAL where a file has no such method.</summary>
    internal virtual Result<int> Read(VfioClient client, ulong position, Span<byte> destination) => Errno.EINVAL;

    /// <summary>write(2) and pwrite(2). EINVAL where a file has no such method.</summary>
    internal virtual Result<int> Write(VfioClient client, ulong position, ReadOnlySpan<byte> source) => Errno.EINVAL;

    /// <summary>The last descriptor of the file was closed. Once.</summary>
    internal abstract void Release();
}
