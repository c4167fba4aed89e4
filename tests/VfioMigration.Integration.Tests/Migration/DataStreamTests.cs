using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Migration;

/// <summary>The file of the data descriptor behaves as the descriptor was measured: rows 244 to 265 and 298 to 335 of the measured table.</summary>
public sealed class DataStreamTests : IDisposable
{
    private const string Folder = $"kernel/debug/vfiomig/{MountedHost.Uuid}";

    private readonly MountedHost host = MountedHost.WithSamples("mtty");
    private readonly string data;

    public DataStreamTests()
    {
        host.Create(MountedHost.Uuid);
        data = host.Path($"{Folder}/data");
    }

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("STOP_COPY", Libc.O_RDONLY)]
    [InlineData("RESUMING", Libc.O_WRONLY)]
    public void Descriptor_IsAStream(string state, int access)
    {
        Assert.Equal(Errno.None, host.Write($"{Folder}/state", state));
        int fd = Libc.open(data, access, 0);
        Assert.True(fd >= 0, $"{Libc.LastError}");
        var poll = new Libc.PollFd { Fd = fd, Events = 0xF };

        Assert.Equal(1, Libc.poll(ref poll, 1, 0));
        Assert.Equal(0x5, poll.Revents);
        Assert.All([0, 1, 2], whence => Assert.Equal(Errno.ESPIPE, Failure(Libc.lseek(fd, 0, whence))));
        Assert.Equal(Errno.ESPIPE, Failure(access == Libc.O_RDONLY ? Libc.pread(fd, new byte[10], 10, 0) : Libc.pwrite(fd, new byte[10], 10, 0)));
        Assert.Equal(Errno.EINVAL, Failure(Libc.fsync(fd)));
        Assert.Equal(Errno.EINVAL, Failure(Libc.fdatasync(fd)));
        Assert.Equal(0, access == Libc.O_RDONLY ? Libc.read(fd, [], 0) : Libc.write(fd, [], 0));
        _ = Libc.close(fd);
    }

    [Fact]
    public void Descriptor_OfAnEarlierSession_IsDead()
    {
        host.Write($"{Folder}/state", "STOP_COPY");
        int old = Libc.open(data, Libc.O_RDONLY, 0);
        Assert.Equal(10, Libc.read(old, new byte[10], 10));
        host.Write($"{Folder}/state", "STOP");
        host.Write($"{Folder}/state", "STOP_COPY");
        int current = Libc.open(data, Libc.O_RDONLY, 0);

        Assert.Equal(Errno.ENODEV, Failure(Libc.read(old, new byte[10], 10)));
        Assert.Equal(60, Libc.read(current, new byte[100], 100));
        Assert.Equal(0, Libc.read(current, new byte[100], 100));
        _ = Libc.close(old);
        _ = Libc.close(current);
    }

    [Fact]
    public void Descriptor_OfTheOtherDirection_IsEbadf()
    {
        host.Write($"{Folder}/state", "STOP_COPY");
        int fd = Libc.open(data, Libc.O_RDWR, 0);

        Assert.Equal(Errno.EBADF, Failure(Libc.write(fd, new byte[10], 10)));
        _ = Libc.close(fd);
    }

    [Fact]
    public void Open_WithoutASession_IsEnodev() => Assert.Equal(Errno.ENODEV, Failure(Libc.open(data, Libc.O_RDONLY, 0)));

    /// <summary>coreutils try copy_file_range and splice first.</summary>
    [Theory]
    [InlineData("cat data > copy")]
    [InlineData("cp data copy")]
    [InlineData("dd if=data of=copy bs=7 status=none")]
    [InlineData("cat data | tee copy > /dev/null")]
    [InlineData("python3 -c 'open(\"copy\", \"wb\").write(open(\"data\", \"rb\").read())'")]
    public void Tools_CopyTheWholeStream(string command)
    {
        string copy = Path.GetTempFileName();
        host.Write($"{Folder}/state", "STOP_COPY");

        (int status, _, string errors) = Program.Bash(command.Replace("copy", copy).Replace("data", "./data"), host.Path(Folder));

        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(60, new FileInfo(copy).Length);
        File.Delete(copy);
    }

    private static Errno Failure(long result) => result < 0 ? Libc.LastError : Errno.None;
}
