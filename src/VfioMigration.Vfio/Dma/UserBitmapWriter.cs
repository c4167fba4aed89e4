using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Vfio.Dma;

/// <summary>
/// Copies the dirty pages of mappings, which become clean, to a user's bitmap, one mapping after the other by address. Only the words of a mapping are written; a word that two of them share has
/// the bits of both. Pages that cannot be delivered are dirty again.
/// </summary>
internal ref struct UserBitmapWriter(in UserBitmap bitmap, ulong iova, ulong last)
{
    private const int PieceBytes = 8 * 1024;
    private const ulong PiecePages = PieceBytes * 8;

    private readonly UserBitmap bitmap = bitmap;
    private ulong lastWord = ulong.MaxValue;
    private ulong lastBits;

    /// <summary>EFAULT when the bitmap cannot be written.</summary>
    internal Errno Write(DmaMapping mapping)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        ulong lastPage = (Math.Min(mapping.Last, last) - iova) / Page.Size;
        for (ulong page = (mapping.Iova - iova) / Page.Size / 64 * 64; page <= lastPage; page += PiecePages)
        {
            ulong pages = Math.Min(PiecePages, lastPage - page + 1);
            Span<byte> bits = piece[..(int)((pages + 63) / 64 * 8)];
            Errno error = WritePiece(mapping.ContainerTracking!, page, pages, bits);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }

    private Errno WritePiece(DirtyRange tracking, ulong page, ulong pages, scoped Span<byte> bits)
    {
        bits.Clear();
        ulong start = iova + (page * Page.Size);
        tracking.Report(start, start + ((pages * Page.Size) - 1), Page.Size, bits, clear: true);
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bits);
        ulong own = words[0];
        words[0] |= page / 64 == lastWord ? lastBits : 0;
        Errno error = bitmap.Memory.Write(bitmap.Address + (page / 8), bits);
        if (error != Errno.None)
        {
            words[0] = own;
            tracking.Restore(start, Page.Size, bits);
            return Errno.EFAULT;
        }

        lastWord = (page / 64) + (ulong)words.Length - 1;
        lastBits = words[^1];
        return Errno.None;
    }
}
