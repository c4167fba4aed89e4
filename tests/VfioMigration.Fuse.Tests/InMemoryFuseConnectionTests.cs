using VfioMigration.Uapi;

namespace VfioMigration.Fuse.Tests;

public sealed class InMemoryFuseConnectionTests : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly InMemoryFuseConnection connection = new();

    public void Dispose() => connection.Dispose();

    [Fact]
    public void Requests_ArriveInOrder()
    {
        byte[] buffer = new byte[4];
        connection.Submit([1]);
        connection.Submit([2, 3]);

        Assert.Equal(1, connection.Receive(buffer).Value);
        Assert.Equal(2, connection.Receive(buffer).Value);
        Assert.Equal([2, 3], buffer[..2]);
    }

    [Fact]
    public void Receive_IntoTooSmallBuffer_IsEinval()
    {
        connection.Submit(new byte[5]);

        Assert.Equal(Errno.EINVAL, connection.Receive(new byte[4]).Error);
    }

    [Fact]
    public async Task Unmount_EndsEveryReceive()
    {
        Task<Result<int>>[] receiving = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => connection.Receive(new byte[4])))];

        connection.Unmount();

        Assert.All(await Task.WhenAll(receiving).WaitAsync(Generous), received => Assert.Equal(Errno.ENODEV, received.Error));
    }

    [Fact]
    public void Messages_AreTakenInOrder()
    {
        connection.Send([1]);
        connection.Send([2]);

        Assert.Equal([1], connection.Take(Generous)!);
        Assert.Equal([2], connection.Take(Generous)!);
        Assert.Null(connection.Take(TimeSpan.Zero));
    }

    [Fact]
    public void Verdict_IsWhatTheKernelAnswers()
    {
        connection.OnSend = message => message[0] == 1 ? Errno.EINVAL : Errno.None;

        Assert.Equal(Errno.EINVAL, connection.Send([1]));
        Assert.Equal(Errno.None, connection.Send([2]));
    }
}
