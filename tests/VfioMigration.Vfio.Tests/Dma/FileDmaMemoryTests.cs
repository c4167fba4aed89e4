using System.IO.Pipes;

using Microsoft.Win32.SafeHandles;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Dma;

namespace VfioMigration.Vfio.Tests.Dma;

public sealed class FileDmaMemoryTests : IDisposable
{
    private const int Size = 8192;

    private readonly string path = Path.GetTempFileName();
    private readonly SafeFileHandle file;

    public FileDmaMemoryTests()
    {
        file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(file, Size);
    }

    public void Dispose()
    {
        file.Dispose();
        File.Delete(path);
    }

    [Fact]
    public void Write_IsInTheFileAndReadBack()
    {
        var memory = new FileDmaMemory(file, 4096, 4096);
        byte[] read = new byte[3];

        Assert.Equal(4096UL, memory.Length);
        Assert.Equal(Errno.None, memory.Write(4093, [1, 2, 3]));
        Assert.Equal(Errno.None, memory.Read(4093, read));
        Assert.Equal([1, 2, 3], read);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path)[(Size - 3)..]);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(6000)]
    [InlineData(0)]
    public void Access_ToATruncatedFile_IsEFAULTAndDoesNotGrowIt(long left)
    {
        var memory = new FileDmaMemory(file, 0, Size);
        RandomAccess.SetLength(file, left);

        Assert.Equal(Errno.EFAULT, memory.Read(5000, new byte[1001]));
        Assert.Equal(Errno.EFAULT, memory.Write(5000, new byte[1001]));
        Assert.Equal(left, RandomAccess.GetLength(file));
    }

    [Fact]
    public void Access_BesideTheTruncatedPart_Succeeds()
    {
        var memory = new FileDmaMemory(file, 0, Size);
        RandomAccess.SetLength(file, 6000);

        Assert.Equal(Errno.None, memory.Write(5000, new byte[1000]));
        Assert.Equal(Errno.None, memory.Read(5000, new byte[1000]));
    }

    [Fact]
    public void Access_WithoutTheRight_IsEFAULT()
    {
        using SafeFileHandle readOnly = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var memory = new FileDmaMemory(readOnly, 0, Size);

        Assert.Equal(Errno.None, memory.Read(0, new byte[1]));
        Assert.Equal(Errno.EFAULT, memory.Write(0, [1]));
    }

    [Fact]
    public void Access_AfterTheDescriptorWasClosed_IsEFAULT()
    {
        var memory = new FileDmaMemory(file, 0, Size);
        file.Dispose();

        Assert.Equal(Errno.EFAULT, memory.Read(0, new byte[1]));
        Assert.Equal(Errno.EFAULT, memory.Write(0, [1]));
    }

    [Theory]
    [InlineData(long.MaxValue, 4096)]
    [InlineData(1UL << 63, 0)]
    [InlineData(ulong.MaxValue, 4096)]
    public void Access_BeyondWhatAFileCanHold_IsEFAULT(ulong fileOffset, ulong offset)
    {
        var memory = new FileDmaMemory(file, fileOffset, Size);

        Assert.Equal(Errno.EFAULT, memory.Read(offset, new byte[1]));
        Assert.Equal(Errno.EFAULT, memory.Write(offset, [1]));
    }

    [Fact]
    public void Write_ToAPipe_IsEFAULT()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var descriptor = new SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);

        Assert.Equal(Errno.EFAULT, new FileDmaMemory(descriptor, 0, Size).Write(0, [1]));
    }
}
