using VfioMigration.Uapi;

namespace VfioMigration.Posix.Tests;

public sealed class FileDescriptorTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void OpenedFile_IsRead()
    {
        File.WriteAllText(path, "hello");
        byte[] buffer = new byte[10];
        using FileDescriptor file = FileDescriptor.Open(path, OpenFlags.O_RDONLY).Value;

        Assert.Equal(5, file.Read(buffer).Value);
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
        Assert.Equal(0, file.Read(buffer).Value);
    }

    [Fact]
    public void OpenedFile_IsWritten()
    {
        using (FileDescriptor file = FileDescriptor.Open(path, OpenFlags.O_WRONLY | OpenFlags.O_APPEND).Value)
        {
            Assert.Equal(2, file.Write("ab"u8).Value);
            Assert.Equal(1, file.Write("c"u8).Value);
        }

        Assert.Equal("abc", File.ReadAllText(path));
    }

    [Fact]
    public void MissingFile_IsEnoent() =>
        Assert.Equal(Errno.ENOENT, FileDescriptor.Open($"{path}.missing", OpenFlags.O_RDONLY).Error);

    [Fact]
    public void WriteToAFileOpenedForReading_IsEbadf()
    {
        using FileDescriptor file = FileDescriptor.Open(path, OpenFlags.O_RDONLY).Value;

        Assert.Equal(Errno.EBADF, file.Write("x"u8).Error);
    }

    [Fact]
    public void ReadOfAFileOpenedForWriting_IsEbadf()
    {
        using FileDescriptor file = FileDescriptor.Open(path, OpenFlags.O_WRONLY).Value;

        Assert.Equal(Errno.EBADF, file.Read(new byte[1]).Error);
    }

    [Fact]
    public void OpenedFile_IsNotInheritedUnlessAskedFor()
    {
        using FileDescriptor file = FileDescriptor.Open(path, OpenFlags.O_RDONLY).Value;
        Assert.True(IsCloseOnExec(file));

        Assert.Equal(Errno.None, file.SetInheritable(true));
        Assert.False(IsCloseOnExec(file));

        Assert.Equal(Errno.None, file.SetInheritable(false));
        Assert.True(IsCloseOnExec(file));
    }

    [Fact]
    public void NegativeNumber_IsInvalid()
    {
        using var none = new FileDescriptor(-1);

        Assert.True(none.IsInvalid);
        Assert.Equal(Errno.EBADF, none.Read(new byte[1]).Error);
    }

    /// <summary>The kernel gives a closed number away again; the old object must not reach the new file.</summary>
    [Fact]
    public void DisposedDescriptor_DoesNotReachWhoeverHasItsNumberNow()
    {
        for (int i = 0; i < 1000; i++)
        {
            FileDescriptor old = FileDescriptor.Open(path, OpenFlags.O_RDONLY).Value;
            old.Dispose();
            using FileDescriptor now = FileDescriptor.Open("/dev/zero", OpenFlags.O_RDONLY).Value;
            if (now.Number == old.Number)
            {
                Assert.False(Try(() => old.Read(new byte[1])));
                return;
            }
        }

        Assert.Fail("no number was given away again");
    }

    private static bool Try(Func<Result<int>> call)
    {
        try
        {
            return call().IsOk;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The octal flags in fdinfo; O_CLOEXEC is 02000000.</summary>
    private static bool IsCloseOnExec(FileDescriptor file)
    {
        string flags = File.ReadLines($"/proc/self/fdinfo/{file.Number}")
            .Single(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(flags[6..].Trim(), 8) & (int)OpenFlags.O_CLOEXEC) != 0;
    }
}
