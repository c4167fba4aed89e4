using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Fuse.Tests;

public sealed class FuseSessionInterruptsTests : IDisposable
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly InMemoryFuseConnection connection = new();
    private readonly FakeFileSystem fileSystem = new();
    private readonly RecordingLogger logger = new();
    private readonly ManualClock clock = new();
    private readonly ManualResetEventSlim reached = new();
    private readonly ManualResetEventSlim released = new();
    private readonly FuseSession session;

    public FuseSessionInterruptsTests()
    {
        session = new FuseSession(connection, fileSystem, new FuseNotifier(connection, logger), clock, logger);
        session.Start();
    }

    public void Dispose()
    {
        released.Set();
        session.Dispose();
        connection.Dispose();
    }

    [Fact]
    public void HandlerThatWatchesTheToken_AnswersEintrItself()
    {
        WatchToken();
        SubmitRead(unique: 2);

        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));

        FuseAnswer answer = Take();
        Assert.Equal((2ul, Errno.EINTR), (answer.Unique, answer.Error));
        Assert.Equal(0, logger.Count("did not stop"));
    }

    [Fact]
    public void GraceAfterTheAnswer_SendsNothingMore()
    {
        WatchToken();
        SubmitRead(unique: 2);
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));
        Take();

        clock.Advance(FuseSession.InterruptGrace);

        Assert.Null(connection.Take(TimeSpan.Zero));
    }

    [Fact]
    public void HandlerThatIgnoresTheToken_IsAnsweredForAfterTheGraceAndItsLateResultDropped()
    {
        Hang();
        SubmitRead(unique: 2);
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));
        Assert.True(clock.WaitForTimer(Generous));

        clock.Advance(FuseSession.InterruptGrace - TimeSpan.FromTicks(1));
        Assert.Null(connection.Take(TimeSpan.Zero));
        clock.Advance(TimeSpan.FromTicks(1));
        FuseAnswer answer = Take();
        released.Set();

        Assert.Equal((2ul, Errno.EINTR), (answer.Unique, answer.Error));
        Assert.True(logger.WaitFor("request 2 finished after its caller was interrupted", Generous));
        Assert.Null(connection.Take(TimeSpan.Zero));
    }

    [Fact]
    public void HandlerThatFinishesWithinTheGrace_AnswersItsResult()
    {
        Hang();
        SubmitRead(unique: 2);
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));
        Assert.True(clock.WaitForTimer(Generous));

        released.Set();
        Assert.Equal(Errno.None, Take().Error);
        clock.Advance(FuseSession.InterruptGrace);

        Assert.Null(connection.Take(TimeSpan.Zero));
    }

    [Fact]
    public void TwoInterruptsOfOneRequest_GiveOneAnswer()
    {
        Hang();
        SubmitRead(unique: 2);
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));
        Assert.True(clock.WaitForTimer(Generous));
        clock.Advance(FuseSession.InterruptGrace);
        Assert.Equal(2ul, Take().Unique);

        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 5));

        FuseAnswer again = Take();
        Assert.Equal((5ul, Errno.EAGAIN), (again.Unique, again.Error));
    }

    [Fact]
    public void InterruptOfUnknownRequest_AsksForItAgain()
    {
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));

        FuseAnswer answer = Take();

        Assert.Equal((3ul, Errno.EAGAIN), (answer.Unique, answer.Error));
        Assert.Empty(answer.Payload);
    }

    /// <summary>No request has unique zero; idle workers do.</summary>
    [Fact]
    public void InterruptOfUniqueZero_CancelsNothing()
    {
        fileSystem.OnRead = (call, _) => call.Interrupted.IsCancellationRequested ? Errno.EINTR : (Result<int>)0;
        connection.Submit(FuseMessage.Interrupt(target: 0, unique: 3));

        FuseAnswer answer = Take();
        Assert.Equal((3ul, Errno.EAGAIN), (answer.Unique, answer.Error));
    }

    [Fact]
    public void TooShortInterrupt_IsIgnored()
    {
        connection.Submit(FuseMessage.Request(Uapi.Fuse.FuseOpcode.FUSE_INTERRUPT, new byte[7], unique: 3));
        connection.Submit(FuseMessage.Lookup("a", unique: 4));

        Assert.Equal(4ul, Take().Unique);
    }

    [Fact]
    public void NextRequestOfTheSameThread_StartsWithACleanToken()
    {
        WatchToken();
        SubmitRead(unique: 2);
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));
        Assert.Equal(Errno.EINTR, Take().Error);
        fileSystem.OnRead = (call, _) => call.Interrupted.IsCancellationRequested ? Errno.EINTR : (Result<int>)0;

        for (ulong unique = 4; unique < 40; unique += 2)
        {
            connection.Submit(FuseMessage.Read(1, unique: unique));
            Assert.Equal(Errno.None, Take().Error);
        }
    }

    [Fact]
    public void TokenCallbackThatThrows_IsLoggedAndTheSessionContinues()
    {
        fileSystem.OnRead = (call, _) =>
        {
            call.Interrupted.Register(() => throw new InvalidOperationException("vendor"));
            reached.Set();
            return released.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
        };
        SubmitRead(unique: 2);
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));

        Assert.True(logger.WaitFor("interruption of request 2 threw", Generous));
        connection.Submit(FuseMessage.Lookup("a", unique: 4));
        Assert.Equal(4ul, Take().Unique);
    }

    [Fact]
    public void TokenCallbackThatHangs_BlocksNoOtherAndTheCallerIsAnswered()
    {
        fileSystem.OnRead = (call, _) =>
        {
            call.Interrupted.Register(() => released.Wait(Generous));
            reached.Set();
            return released.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
        };
        SubmitRead(unique: 2);
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));
        Assert.True(clock.WaitForTimer(Generous));

        connection.Submit(FuseMessage.Lookup("a", unique: 4));
        Assert.Equal(4ul, Take().Unique);
        clock.Advance(FuseSession.InterruptGrace);

        FuseAnswer answer = Take();
        Assert.Equal((2ul, Errno.EINTR), (answer.Unique, answer.Error));
    }

    [Fact]
    public void UninterruptibleRequest_IsAnsweredByItsHandlerOnlyAndTheNextOneIsNot()
    {
        fileSystem.IsUninterruptible = true;
        Hang();
        SubmitRead(unique: 2);
        connection.Submit(FuseMessage.Interrupt(target: 2, unique: 3));
        Assert.True(clock.WaitForTimer(Generous));
        clock.Advance(FuseSession.InterruptGrace * 100);
        Assert.Null(connection.Take(TimeSpan.Zero));
        released.Set();
        FuseAnswer answer = Take();
        Assert.Equal((2ul, Errno.None), (answer.Unique, answer.Error));

        fileSystem.IsUninterruptible = false;
        released.Reset();
        reached.Reset();
        SubmitRead(unique: 4);
        connection.Submit(FuseMessage.Interrupt(target: 4, unique: 5));
        Assert.True(clock.WaitForTimer(Generous));
        clock.Advance(FuseSession.InterruptGrace);
        Assert.Equal(Errno.EINTR, Take().Error);
        released.Set();
    }

    private void WatchToken() => fileSystem.OnRead = (call, _) =>
    {
        reached.Set();
        return call.Interrupted.WaitHandle.WaitOne(Generous) ? Errno.EINTR : Errno.ETIMEDOUT;
    };

    private void Hang() => fileSystem.OnRead = (_, _) =>
    {
        reached.Set();
        return released.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
    };

    private void SubmitRead(ulong unique)
    {
        connection.Submit(FuseMessage.Read(1, unique: unique));
        Assert.True(reached.Wait(Generous));
    }

    private FuseAnswer Take()
    {
        byte[]? message = connection.Take(Generous);
        Assert.NotNull(message);
        return FuseAnswer.Parse(message);
    }
}
