using System.Buffers;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Users;

namespace VfioMigration.Vfio.DirtyTracking;

/// <summary>A bitmap in the memory of a user (<c>struct vfio_bitmap</c>): one bit for a page, in words of 8 bytes.</summary>
/// <param name="Memory">Of the user.</param>
/// <param name="Address">Where in it the bitmap begins.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="PageSize">Bytes of memory for a bit.</param>
public readonly record struct UserBitmap(IUserMemory Memory, ulong Address, ulong Bytes, ulong PageSize)
{
    private const ulong PiecePages = 64 * 1024 * 8;

    /// <summary>A bitmap of this process.</summary>
    public static UserBitmap Of(byte[] bitmap, ulong pageSize = Page.Size) => new(new ArrayUserMemory(bitmap), 0, (ulong)bitmap.Length, pageSize);

    /// <summary>
    /// ORs what of a range is dirty into the bitmap, whose first bit is the page at <paramref name="first"/>, in pieces; words without a dirty page are not touched. A piece that cannot be delivered is no error, as in the
    /// kernel (<c>iova_bitmap.c</c>); its pages stay dirty here, where a kernel loses them.
    /// </summary>
    /// <param name="range">What was written.</param>
    /// <param name="first">First address reported.</param>
    /// <param name="last">Last address reported.</param>
    /// <param name="clear">What is delivered becomes clean.</param>
    internal void Or(DirtyRange range, ulong first, ulong last, bool clear)
    {
        ulong from = Math.Max(first, range.Iova);
        ulong to = Math.Min(last, range.Iova + (range.Length - 1));
        if (from > to)
        {
            return;
        }

        ulong lastPage = (to - first) / PageSize;
        for (ulong page = (from - first) / PageSize / 64 * 64; page <= lastPage; page += PiecePages)
        {
            ulong start = first + (page * PageSize);
            ulong end = start + ((Math.Min(PiecePages, lastPage - page + 1) * PageSize) - 1);
            OrPiece(range, start, end < start ? last : Math.Min(end, last), page / 8, clear);
        }
    }

    private void OrPiece(DirtyRange range, ulong start, ulong end, ulong offset, bool clear)
    {
        int bytes = (int)DirtyLog.BitmapBytes(end - start + 1, PageSize);
        byte[] pooled = ArrayPool<byte>.Shared.Rent(2 * bytes);
        Span<byte> bits = pooled.AsSpan(0, bytes);
        Span<byte> users = pooled.AsSpan(bytes, bytes);
        bits.Clear();
        range.Report(start, end, PageSize, bits, clear);
        if (bits.ContainsAnyExcept((byte)0))
        {
            Errno error = Memory.Read(Address + offset, users);
            for (int i = 0; i < bytes; i++)
            {
                users[i] |= bits[i];
            }

            error = error == Errno.None ? Memory.Write(Address + offset, users) : error;
            if (error != Errno.None && clear)
            {
                range.Restore(start, PageSize, bits);
            }
        }

        ArrayPool<byte>.Shared.Return(pooled);
    }
}
