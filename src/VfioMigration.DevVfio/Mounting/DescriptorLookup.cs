using System.Buffers.Binary;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Mounting;

/// <summary>
/// Which open file a descriptor stands for. The kernel gives files of FUSE no name that a server could see, so a request of our own is made on the descriptor: the mount answers with its handle, and with a
/// number that no other mount has.
/// </summary>
internal static class DescriptorLookup
{
    /// <summary>_IOR(';', 0xff, 16 bytes): a number that vfio and iommufd do not use.</summary>
    internal const uint Request = 0x8010_3bff;

    private const int Size = 2 * sizeof(ulong);

    /// <summary>The mount's part.</summary>
    internal static Result<int> Answer(ulong mount, ulong handle, Span<byte> output)
    {
        if (output.Length < Size)
        {
            return Errno.EINVAL;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(output, mount);
        BinaryPrimitives.WriteUInt64LittleEndian(output[sizeof(ulong)..], handle);
        return 0;
    }

    /// <summary>ENOTTY, or another errno, for a file of anything else.</summary>
    internal static Result<(ulong Mount, ulong Handle)> Ask(FileDescriptor descriptor)
    {
        Span<byte> answer = stackalloc byte[Size];
        Errno error = descriptor.Ioctl(Request, answer);
        return error != Errno.None ? error : (BinaryPrimitives.ReadUInt64LittleEndian(answer), BinaryPrimitives.ReadUInt64LittleEndian(answer[sizeof(ulong)..]));
    }
}
