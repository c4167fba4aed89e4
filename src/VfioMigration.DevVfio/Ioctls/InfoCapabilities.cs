using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;

namespace VfioMigration.DevVfio.Ioctls;

/// <summary>A chain of capabilities behind an answer (vfio_info_cap_add, vfio_info_cap_shift): each begins at a multiple of 8 bytes.</summary>
internal sealed class InfoCapabilities
{
    private readonly List<(ushort Id, ushort Version, byte[] Body)> chain = [];

    private int Size => chain.Sum(static capability => SizeOf(capability.Body));

    internal void Add<T>(ushort id, T body, ushort version = 1)
        where T : unmanaged => chain.Add((id, version, MemoryMarshal.AsBytes([body]).ToArray()));

    internal void Add(ushort id, ushort version, byte[] body) => chain.Add((id, version, body));

    internal void AddRanges<T>(ushort id, ReadOnlySpan<T> ranges)
        where T : unmanaged =>
        chain.Add((id, 1, [.. BitConverter.GetBytes((ulong)ranges.Length), .. MemoryMarshal.AsBytes(ranges)]));

    /// <summary>
    /// Writes the chain behind the structure when the caller has room for it, and says where; else only how much room it takes. Nothing happens without capabilities. EFAULT.
    /// </summary>
    /// <param name="call">The ioctl.</param>
    /// <param name="structureSize">Bytes before the chain.</param>
    /// <param name="argsz">The caller's room; then what is needed, if that is more.</param>
    /// <param name="offset">Where the chain begins, 0 for none.</param>
    internal Errno CopyOut(in VfioIoctlCall call, int structureSize, ref uint argsz, ref uint offset)
    {
        int size = Size;
        if (size == 0)
        {
            return Errno.None;
        }

        offset = 0;
        if (argsz < structureSize + size)
        {
            argsz = (uint)(structureSize + size);
            return Errno.None;
        }

        byte[] bytes = new byte[size];
        int at = 0;
        foreach ((ushort id, ushort version, byte[] body) in chain)
        {
            int next = at + SizeOf(body);
            var header = new VfioInfoCapHeader { Id = id, Version = version, Next = next < size ? (uint)(structureSize + next) : 0 };
            MemoryMarshal.Write(bytes.AsSpan(at), header);
            body.CopyTo(bytes.AsSpan(at + Unsafe.SizeOf<VfioInfoCapHeader>()));
            at = next;
        }

        offset = (uint)structureSize;
        return call.Client.Write(call.Argument + (ulong)structureSize, bytes);
    }

    private static int SizeOf(byte[] body) => (Unsafe.SizeOf<VfioInfoCapHeader>() + body.Length + 7) & ~7;
}
