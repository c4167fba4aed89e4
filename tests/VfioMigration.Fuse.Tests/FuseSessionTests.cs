using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

public sealed class FuseSessionTests : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly InMemoryFuseConnection connection = new();
    private readonly FakeFileSystem fileSystem = new();
    private readonly RecordingLogger logger = new();
    private readonly ManualResetEventSlim released = new();
    private readonly FuseSession session;

    public FuseSessionTests()
    {
        session = new FuseSession(connection, fileSystem, new FuseNotifier(connection, logger), TimeProvider.System, logger);
        session.Start();
    }

    public void Dispose()
    {
        released.Set();
        session.Dispose();
        connection.Dispose();
    }

    [Fact]
    public void Request_IsAnswered()
    {
        connection.Submit(FuseMessage.Lookup("a", unique: 6));

        FuseAnswer answer = Take();

        Assert.Equal((6ul, Errno.None), (answer.Unique, answer.Error));
        Assert.Equal(77ul, answer.Read<FuseEntryOut>().NodeId);
    }

    [Fact]
    public void RequestWithoutReply_IsFollowedByTheNextOne()
    {
        connection.Submit(FuseMessage.Request(FuseOpcode.FUSE_FORGET, new FuseForgetIn { LookupCount = 1 }, unique: 2));
        connection.Submit(new byte[3]);
        connection.Submit(FuseMessage.Lookup("a", unique: 4));

        Assert.Equal(4ul, Take().Unique);
        Assert.Null(connection.Take(TimeSpan.Zero));
    }

    [Fact]
    public void HangingHandler_BlocksNoOther()
    {
        Hang();
        for (ulong unique = 2; unique <= 20; unique += 2)
        {
            connection.Submit(FuseMessage.Read(1, unique: unique));
        }

        for (ulong unique = 102; unique <= 120; unique += 2)
        {
            connection.Submit(FuseMessage.Lookup("a", unique: unique));
            Assert.Equal(unique, Take().Unique);
        }

        released.Set();
        Assert.Equal(10, Enumerable.Range(0, 10).Select(_ => Take().Unique).Distinct().Count());
    }

    /// <summary>Threads come and go with bursts; whatever happened before, one of them must be left to read.</summary>
    [Fact]
    public void AfterManyBursts_HangingHandlersStillBlockNoOther()
    {
        const int Bursts = 300;
        const int Size = 24;
        ulong unique = 0;
        for (int burst = 0; burst < Bursts; burst++)
        {
            using var all = new CountdownEvent(Size);
            fileSystem.OnRead = (_, _) => all.Signal() || all.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
            for (int i = 0; i < Size; i++)
            {
                connection.Submit(FuseMessage.Read(1, unique: ++unique));
            }

            Assert.All(Enumerable.Range(0, Size), _ => Assert.Equal(Errno.None, Take().Error));
        }

        Hang();
        for (ulong i = 1; i <= 40; i++)
        {
            connection.Submit(FuseMessage.Read(1, unique: 1_000_000 + i));
        }

        connection.Submit(FuseMessage.Lookup("a", unique: 2_000_000));
        Assert.Equal(2_000_000ul, Take().Unique);
    }

    [Fact]
    public void ReplyRefusedAsMalformed_IsFollowedByEioForTheSameUnique()
    {
        int refusals = 0;
        connection.OnSend = _ => Interlocked.Increment(ref refusals) == 1 ? Errno.EINVAL : Errno.None;

        connection.Submit(FuseMessage.Lookup("a", unique: 8));

        Assert.Equal(8ul, Take().Unique);
        FuseAnswer second = Take();
        Assert.Equal((8ul, Errno.EIO), (second.Unique, second.Error));
        Assert.Empty(second.Payload);
        Assert.Equal(1, logger.Count("answered EIO instead"));
    }

    [Theory]
    [InlineData(Errno.ENOENT, false)]
    [InlineData(Errno.ENOTCONN, false)]
    [InlineData(Errno.ENODEV, false)]
    [InlineData(Errno.ENOMEM, true)]
    public void ReplyRefusedOtherwise_IsNotRepeated(Errno verdict, bool logged)
    {
        connection.OnSend = _ => verdict;
        connection.Submit(FuseMessage.Lookup("a", unique: 2));
        Assert.Equal(2ul, Take().Unique);
        connection.Submit(FuseMessage.Lookup("a", unique: 4));
        Assert.Equal(4ul, Take().Unique);

        Assert.Equal(logged, logger.WaitFor("replying to request 2 failed", logged ? Generous : TimeSpan.Zero));
    }

    [Fact]
    public async Task Unmount_EndsTheSessionAndTellsTheFileSystem()
    {
        connection.Unmount();

        await session.Ended.WaitAsync(Generous);
        session.Dispose();
        Assert.Equal(1, fileSystem.DestroyedCount);
    }

    [Fact]
    public async Task Dispose_EndsTheSession()
    {
        Assert.False(session.Ended.IsCompleted);

        session.Dispose();

        await session.Ended.WaitAsync(Generous);
        Assert.Equal(1, fileSystem.DestroyedCount);
    }

    [Fact]
    public async Task Dispose_WhileAHandlerHangs_DoesNotWaitForIt()
    {
        using var reached = new ManualResetEventSlim();
        fileSystem.OnRead = (_, _) =>
        {
            reached.Set();
            return released.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
        };
        connection.Submit(FuseMessage.Read(1));
        Assert.True(reached.Wait(Generous));

        await Task.Run(session.Dispose).WaitAsync(Generous);

        Assert.True(session.Ended.IsCompleted);
        Assert.False(released.IsSet);
    }

    /// <summary>The kernel does it only for who may force an unmount.</summary>
    [Fact]
    public void Dispose_WhileAHandlerHangs_AnswersItsCallerOnce()
    {
        using var reached = new ManualResetEventSlim();
        fileSystem.OnRead = (_, _) =>
        {
            reached.Set();
            return released.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
        };
        connection.Submit(FuseMessage.Read(1, unique: 2));
        Assert.True(reached.Wait(Generous));

        session.Dispose();
        released.Set();

        FuseAnswer answer = Take();
        Assert.Equal((2ul, Errno.ECONNABORTED), (answer.Unique, answer.Error));
        Assert.True(logger.WaitFor("request 2 finished after its caller was interrupted", Generous));
        Assert.Null(connection.Take(TimeSpan.Zero));
    }

    [Fact]
    public async Task Unmount_StopsTheNotifier()
    {
        connection.Unmount();
        await session.Ended.WaitAsync(Generous);

        session.Notifier.Enqueue(FuseNotification.WakePoll(1));

        Assert.Equal(0, session.Notifier.Queued);
    }

    private void Hang() => fileSystem.OnRead = (_, _) => released.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;

    private FuseAnswer Take()
    {
        byte[]? message = connection.Take(Generous);
        Assert.NotNull(message);
        return FuseAnswer.Parse(message);
    }

    private Dictionary<ulong, Errno> TakeUntil(ulong last)
    {
        var answers = new Dictionary<ulong, Errno>();
        while (!answers.ContainsKey(last))
        {
            FuseAnswer answer = Take();
            answers.Add(answer.Unique, answer.Error);
        }

        return answers;
    }
}
