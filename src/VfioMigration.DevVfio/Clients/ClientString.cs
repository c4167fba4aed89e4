using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Clients;

/// <summary>A string that ends with NUL in the memory of a client (strndup_user).</summary>
internal static class ClientString
{
    /// <summary>Its length without the NUL. EINVAL: longer than the room; EFAULT: it ends where no memory is.</summary>
    internal static Result<int> Read(VfioClient client, ulong address, Span<byte> room)
    {
        int length = 0;
        while (length < room.Length)
        {
            // No further than the end of a page: the next one may not exist.
            int piece = Math.Min(room.Length - length, Page.Size - (int)((address + (ulong)length) % Page.Size));
            Span<byte> bytes = room.Slice(length, piece);
            if (client.Read(address + (ulong)length, bytes) != Errno.None)
            {
                return Errno.EFAULT;
            }

            int end = bytes.IndexOf((byte)0);
            if (end >= 0)
            {
                return length + end;
            }

            length += piece;
        }

        return Errno.EINVAL;
    }
}
