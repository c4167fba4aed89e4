using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.Vfio.Dma;

/// <summary>What devices do in the address space.</summary>
public sealed partial class DmaMap
{
    /// <summary>
    /// Reads guest memory for a device. EINVAL: an address that is not mapped, wrapping; EPERM: mapped without the right; EFAULT: the memory was unmapped.
    /// Bytes before the failing address were read.
    /// </summary>
    internal Errno Read(ulong iova, Span<byte> destination)
    {
        if (Wraps(iova, destination.Length))
        {
            return Errno.EINVAL;
        }

        while (!destination.IsEmpty)
        {
            Errno error = Enter(iova, VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_READ, out DmaMapping mapping);
            if (error != Errno.None)
            {
                return error;
            }

            int length = (int)Math.Min((ulong)destination.Length - 1, mapping.Last - iova) + 1;
            error = mapping.Memory.Read(mapping.Offset + (iova - mapping.Iova), destination[..length]);
            mapping.Users.Exit();
            if (error != Errno.None)
            {
                return error;
            }

            destination = destination[length..];
            iova += (ulong)length;
        }

        return Errno.None;
    }

    /// <summary>Writes guest memory for a device and marks it dirty, unless an injected fault loses the mark. Errors as <see cref="Read"/>.</summary>
    internal Errno Write(ulong iova, ReadOnlySpan<byte> source, bool marks = true)
    {
        if (Wraps(iova, source.Length))
        {
            return Errno.EINVAL;
        }

        while (!source.IsEmpty)
        {
            Errno error = Enter(iova, VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE, out DmaMapping mapping);
            if (error != Errno.None)
            {
                return error;
            }

            int length = (int)Math.Min((ulong)source.Length - 1, mapping.Last - iova) + 1;
            error = mapping.Memory.Write(mapping.Offset + (iova - mapping.Iova), source[..length]);

            // After the bytes: a report that takes the mark sees them. Also when they may have landed in part only.
            if (marks)
            {
                mapping.Mark(iova, (ulong)length);
            }

            mapping.Users.Exit();
            if (error != Errno.None)
            {
                return error;
            }

            source = source[length..];
            iova += (ulong)length;
        }

        return Errno.None;
    }

    /// <summary>
    /// Pins pages: the device may write them at any time without saying so (vfio_pin_pages). EINVAL: not aligned or not mapped; EPERM: not
    /// writable. All or none.
    /// </summary>
    internal Errno Pin(ulong iova, ulong pages)
    {
        if (pages > (ulong.MaxValue / Page.Size) + 1 - (iova / Page.Size))
        {
            return Errno.EINVAL;
        }

        for (ulong done = 0; done < pages; done++)
        {
            ulong page = iova + (done * Page.Size);
            Errno error = Enter(page, VfioDmaMapFlags.VFIO_DMA_MAP_FLAG_WRITE, out DmaMapping mapping);
            if (error != Errno.None || page % Page.Size != 0)
            {
                mapping?.Users.Exit();
                Unpin(iova, done);
                return error == Errno.None ? Errno.EINVAL : error;
            }

            mapping.Pin(page);
            mapping.Users.Exit();
        }

        return Errno.None;
    }

    /// <summary>Undoes <see cref="Pin"/>; pages that are not pinned are left alone.</summary>
    internal void Unpin(ulong iova, ulong pages)
    {
        for (ulong done = 0; done < pages; done++)
        {
            Find(iova + (done * Page.Size))?.Unpin(iova + (done * Page.Size));
        }
    }

    private Errno Enter(ulong iova, VfioDmaMapFlags right, out DmaMapping mapping)
    {
        mapping = Find(iova)!;
        if (mapping is null || !mapping.Users.TryEnter())
        {
            mapping = null!;
            return Errno.EINVAL;
        }

        if ((mapping.Flags & right) != 0)
        {
            return Errno.None;
        }

        mapping.Users.Exit();
        mapping = null!;
        return Errno.EPERM;
    }

    private static bool Wraps(ulong iova, int length) => length != 0 && iova + (ulong)(length - 1) < iova;
}
