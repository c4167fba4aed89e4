using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

public sealed class FuseNotifierTests : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly InMemoryFuseConnection connection = new();
    private readonly RecordingLogger logger = new();
    private readonly FuseNotifier notifier;

    public FuseNotifierTests() => notifier = new FuseNotifier(connection, logger);

    public void Dispose()
    {
        notifier.Stop();
        connection.Dispose();
    }

    [Fact]
    public void InvalidateAttributes_IsEncodedForAttributesOnly()
    {
        FuseAnswer sent = SendOne(FuseNotification.InvalidateAttributes(7));

        Assert.Equal(new FuseOutHeader { Length = 40, Error = 2, Unique = 0 }, sent.Header);
        Assert.Equal(new FuseNotifyInvalInodeOut { Ino = 7, Offset = -1, Length = 0 }, sent.Read<FuseNotifyInvalInodeOut>());
    }

    [Fact]
    public void ExpireEntry_IsEncodedWithNameAndNul()
    {
        FuseAnswer sent = SendOne(FuseNotification.ExpireEntry(7, "abc"u8.ToArray()));

        Assert.Equal(new FuseOutHeader { Length = 36, Error = 3, Unique = 0 }, sent.Header);
        Assert.Equal(new FuseNotifyInvalEntryOut { Parent = 7, NameLength = 3, Flags = FuseProtocol.FUSE_EXPIRE_ONLY }, sent.Read<FuseNotifyInvalEntryOut>());
        Assert.Equal("abc\0"u8.ToArray(), sent.Payload[16..]);
    }

    [Fact]
    public void ExpireEntry_OfTheLongestName_IsEncodedWhole()
    {
        byte[] name = [.. Enumerable.Repeat((byte)'n', 255)];

        Assert.Equal([.. name, (byte)0], SendOne(FuseNotification.ExpireEntry(7, name)).Payload[16..]);
    }

    [Fact]
    public void ShortNameAfterLongName_EndsWithItsOwnNul()
    {
        notifier.Enqueue(FuseNotification.ExpireEntry(7, "longer name"u8.ToArray()));

        notifier.Enqueue(FuseNotification.ExpireEntry(7, "ab"u8.ToArray()));
        notifier.Start();

        Take();
        Assert.Equal("ab\0"u8.ToArray(), Take().Payload[16..]);
    }

    [Fact]
    public void WakePoll_IsEncodedWithTheKernelHandle()
    {
        FuseAnswer sent = SendOne(FuseNotification.WakePoll(99));

        Assert.Equal(new FuseOutHeader { Length = 24, Error = 1, Unique = 0 }, sent.Header);
        Assert.Equal(99ul, sent.Read<FuseNotifyPollWakeupOut>().KernelHandle);
    }

    [Fact]
    public void Notifications_AreSentInOrder()
    {
        notifier.Start();
        for (ulong i = 0; i < 1000; i++)
        {
            notifier.Enqueue(FuseNotification.WakePoll(i));
        }

        for (ulong i = 0; i < 1000; i++)
        {
            Assert.Equal(i, Take().Read<FuseNotifyPollWakeupOut>().KernelHandle);
        }
    }

    [Fact]
    public void WaitUntilSent_ReturnsAfterTheLastOneQueuedBefore()
    {
        notifier.Start();
        for (ulong i = 0; i < 100; i++)
        {
            notifier.Enqueue(FuseNotification.WakePoll(i));
        }

        notifier.WaitUntilSent(notifier.Queued);

        for (int i = 0; i < 100; i++)
        {
            Assert.NotNull(connection.Take(TimeSpan.Zero));
        }
    }

    [Fact]
    public void WaitUntilSent_WithNothingQueued_ReturnsAtOnceEvenBeforeStart() => notifier.WaitUntilSent(notifier.Queued);

    [Fact]
    public async Task WaitUntilSent_WaitsForTheSend()
    {
        using var held = new ManualResetEventSlim();
        using var sending = new ManualResetEventSlim();
        connection.OnSend = _ =>
        {
            sending.Set();
            return held.Wait(Generous) ? Errno.None : Errno.EIO;
        };
        notifier.Start();
        notifier.Enqueue(FuseNotification.WakePoll(1));
        Assert.True(sending.Wait(Generous));

        Task waiting = Task.Run(() => notifier.WaitUntilSent(notifier.Queued));
        Assert.False(waiting.IsCompleted);
        held.Set();

        await waiting.WaitAsync(Generous);
        Assert.NotNull(connection.Take(TimeSpan.Zero));
    }

    [Fact]
    public async Task Stop_FreesWaiters()
    {
        notifier.Enqueue(FuseNotification.WakePoll(1));
        Task waiting = Task.Run(() => notifier.WaitUntilSent(notifier.Queued));

        notifier.Stop();

        await waiting.WaitAsync(Generous);
        Assert.Null(connection.Take(TimeSpan.Zero));
    }

    [Fact]
    public void AfterStop_NothingIsQueued()
    {
        notifier.Stop();

        notifier.Enqueue(FuseNotification.WakePoll(1));

        Assert.Equal(0, notifier.Queued);
    }

    [Theory]
    [InlineData(Errno.ENOENT, 0)]
    [InlineData(Errno.ENOTCONN, 0)]
    [InlineData(Errno.ENODEV, 0)]
    [InlineData(Errno.EINVAL, 1)]
    public void RefusedNotification_IsLoggedUnlessItIsUsualAndTheNextOneFollows(Errno verdict, int logged)
    {
        connection.OnSend = _ => verdict;
        notifier.Start();
        notifier.Enqueue(FuseNotification.WakePoll(1));
        notifier.Enqueue(FuseNotification.WakePoll(2));

        notifier.WaitUntilSent(2);

        Assert.Equal(2 * logged, logger.Count("the kernel refused"));
        Assert.Equal(1ul, Take().Read<FuseNotifyPollWakeupOut>().KernelHandle);
        Assert.Equal(2ul, Take().Read<FuseNotifyPollWakeupOut>().KernelHandle);
    }

    private FuseAnswer SendOne(FuseNotification notification)
    {
        notifier.Start();
        notifier.Enqueue(notification);
        return Take();
    }

    private FuseAnswer Take()
    {
        byte[]? message = connection.Take(Generous);
        Assert.NotNull(message);
        return FuseAnswer.Parse(message);
    }
}
