using Microsoft.Win32.SafeHandles;

using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Dma;

/// <summary>
/// Memory behind a descriptor that another process gave (memfd, hugetlbfs). Reached with pread(2) and pwrite(2): a file that the other
/// process truncates gives EFAULT here, where a mapping would be SIGBUS.
/// </summary>
public sealed class FileDmaMemory(SafeFileHandle file, ulong fileOffset, ulong length) : DmaMemory
{
    public override ulong Length => length;

    public override Errno Read(ulong offset, Span<byte> destination)
    {
        if (IsBeyondAnyFile(offset))
        {
            return Errno.EFAULT;
        }

        try
        {
            while (!destination.IsEmpty)
            {
                int count = RandomAccess.Read(file, destination, (long)(fileOffset + offset));
                if (count <= 0)
                {
                    return Errno.EFAULT;
                }

                destination = destination[count..];
                offset += (ulong)count;
            }

            return Errno.None;
        }
        catch (Exception error) when (IsFault(error))
        {
            return Errno.EFAULT;
        }
    }

    public override Errno Write(ulong offset, ReadOnlySpan<byte> source)
    {
        if (IsBeyondAnyFile(offset))
        {
            return Errno.EFAULT;
        }

        try
        {
            // pwrite would let a truncated file grow again, with a hole for what the other process took away.
            if ((ulong)RandomAccess.GetLength(file) < fileOffset + offset + (ulong)source.Length)
            {
                return Errno.EFAULT;
            }

            RandomAccess.Write(file, source, (long)(fileOffset + offset));
            return Errno.None;
        }
        catch (Exception error) when (IsFault(error))
        {
            return Errno.EFAULT;
        }
    }

    /// <summary>The other process names the offset of a mapping in its file.</summary>
    private bool IsBeyondAnyFile(ulong offset) => fileOffset > long.MaxValue || offset > long.MaxValue - fileOffset;

    /// <summary>NotSupportedException: the descriptor is of something that has no length.</summary>
    private static bool IsFault(Exception error) =>
        error is IOException or ObjectDisposedException or UnauthorizedAccessException or NotSupportedException;
}
