using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Dma;

/// <summary>Memory that is mapped in several address spaces, and memory that is replaced below a mapping.</summary>
public sealed partial class DmaMap
{
    /// <summary>
    /// The memory of a range, to be mapped elsewhere, too; its parts count as users of it. ENOENT: a part of it is not mapped, or to memory that cannot be shared.
    /// </summary>
    public Result<IReadOnlyList<SharedDmaPart>> Share(ulong iova, ulong size)
    {
        var parts = new List<SharedDmaPart>();
        ulong last = iova + (size - 1);
        lock (gate)
        {
            for (ulong at = iova; at <= last && at >= iova;)
            {
                if (Find(at) is not { Memory: SharedDmaMemory memory } mapping)
                {
                    parts.ForEach(static part => part.Memory.Release());
                    return Errno.ENOENT;
                }

                ulong end = Math.Min(mapping.Last, last);
                memory.AddUser();
                parts.Add(new SharedDmaPart(memory, mapping.Offset + (at - mapping.Iova), end - at + 1));
                at = end + 1;
                if (end == ulong.MaxValue)
                {
                    break;
                }
            }
        }

        return parts;
    }

    /// <summary>
    /// VFIO_DMA_UNMAP_FLAG_VADDR: the mappings in a range, all of them for a size of 0, will get other memory; devices go on with what there is. The bytes. EINVAL: not aligned, a mapping that the
    /// range cuts, or one whose memory was taken already; then nothing has changed.
    /// </summary>
    public Result<ulong> TakeMemory(ulong iova, ulong size)
    {
        ulong last = size == 0 ? ulong.MaxValue : iova + (size - 1);
        if (((iova | size) & (Page.Size - 1)) != 0 || last < iova)
        {
            return last < iova ? WrapErrno : Errno.EINVAL;
        }

        lock (gate)
        {
            if (IsCut(iova, last))
            {
                return Errno.EINVAL;
            }

            (int from, int to) = Inside(iova, last);
            DmaMapping[] taken = mappings[from..to];
            if (taken.Any(static mapping => mapping.IsAddressTaken))
            {
                return Errno.EINVAL;
            }

            Array.ForEach(taken, static mapping => mapping.IsAddressTaken = true);
            return taken.Aggregate(0UL, static (sum, mapping) => sum + mapping.Size);
        }
    }

    /// <summary>VFIO_DMA_MAP_FLAG_VADDR: the new memory of a mapping. ENOENT: there is none; EINVAL: not exactly that one, or its memory was not taken.</summary>
    public Errno SetMemory(ulong iova, ulong size, DmaMemory memory)
    {
        lock (gate)
        {
            int at = FirstEndingAtOrAfter(mappings, iova);
            if (at == mappings.Length || mappings[at].Iova > iova + (size - 1))
            {
                return Errno.ENOENT;
            }

            DmaMapping mapping = mappings[at];
            if (!mapping.IsAddressTaken || mapping.Iova != iova || mapping.Size != size)
            {
                return Errno.EINVAL;
            }

            mapping.Users.Close();
            mapping.Memory.Release();
            mapping.Memory = memory;
            mapping.IsAddressTaken = false;
            mapping.Users.Open();
            return Errno.None;
        }
    }
}
