using VfioMigration.Uapi;

namespace VfioMigration.Vfio.Users;

/// <summary>A caller in this process: an address is an index, counted from 0, into its bytes. EFAULT outside.</summary>
public sealed class ArrayUserMemory(byte[] bytes) : IUserMemory
{
    public Errno Read(ulong address, Span<byte> destination)
    {
        if (!Holds(address, destination.Length))
        {
            return Errno.EFAULT;
        }

        bytes.AsSpan((int)address, destination.Length).CopyTo(destination);
        return Errno.None;
    }

    public Errno Write(ulong address, ReadOnlySpan<byte> source)
    {
        if (!Holds(address, source.Length))
        {
            return Errno.EFAULT;
        }

        source.CopyTo(bytes.AsSpan((int)address, source.Length));
        return Errno.None;
    }

    private bool Holds(ulong address, int length) => address <= (ulong)bytes.Length && (ulong)length <= (ulong)bytes.Length - address;
}
