using System.Buffers.Binary;
using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Posix;

/// <summary>What fstat(2) fills: <c>struct stat</c> of x86-64 and of aarch64.</summary>
public sealed class FileStatus
{
    internal const uint Fstat = 5;
    internal const uint Newfstatat = 262;
    internal const uint FstatOfArm = 80;
    internal const uint NewfstatatOfArm = 79;

    private const int Size = 144;
    private const int SizeOfArm = 128;

    private readonly byte[] bytes;

    private FileStatus(byte[] bytes) => this.bytes = bytes;

    /// <summary>As the kernel gives it out.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>st_dev.</summary>
    public ulong Mount => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <summary>st_ino.</summary>
    public ulong Inode => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8));

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Of an open file; EBADF after disposal.</summary>
    public static Result<FileStatus> Of(FileDescriptor file)
    {
        byte[] bytes = new byte[IsArm ? SizeOfArm : Size];
        Errno error = file.GetStatus(bytes);
        return error == Errno.None ? new FileStatus(bytes) : error;
    }

    /// <summary>A character device of this number, with the permissions that the file has.</summary>
    public void MakeCharacterDevice(int major, int minor)
    {
        Span<byte> mode = bytes.AsSpan(IsArm ? 16 : 24);
        BinaryPrimitives.WriteUInt32LittleEndian(mode, (BinaryPrimitives.ReadUInt32LittleEndian(mode) & ~FileType.S_IFMT) | FileType.S_IFCHR);
        ulong number = ((ulong)minor & 0xff) | (((ulong)major & 0xfff) << 8) | (((ulong)minor & ~0xffUL) << 12) | (((ulong)major & ~0xfffUL) << 32);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(IsArm ? 32 : 40), number);
    }
}
