using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>How many requests may block is the file system's to say; the rest goes on.</summary>
public sealed class FuseSessionAdmissionTests : IDisposable
{
    private const int Limit = 5;
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly InMemoryFuseConnection connection = new();
    private readonly FakeFileSystem fileSystem = new() { Refusal = "the limit is reached" };
    private readonly RecordingLogger logger = new();
    private readonly ManualResetEventSlim released = new();
    private readonly FuseSession session;
    private int threadsLeft = int.MaxValue;
    private int started;

    public FuseSessionAdmissionTests()
    {
        session = new FuseSession(connection, fileSystem, new FuseNotifier(connection, logger), TimeProvider.System, logger) { Starter = Start };
        fileSystem.OnBegin = () => fileSystem.Blocked < Limit ? FuseAdmission.Admitted : FuseAdmission.Refused;
        fileSystem.OnRead = (_, _) => released.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
        session.Start();
    }

    public void Dispose()
    {
        released.Set();
        session.Dispose();
        connection.Dispose();
    }

    [Fact]
    public void ReadBeyondTheLimit_IsBusyWithALineAndWithoutAThread()
    {
        Fill();
        int before = started;

        Assert.Equal((101ul, Errno.EBUSY), Ask(FuseMessage.Read(1, unique: 101)));

        Assert.Equal(before, started);
        Assert.Equal(1, logger.Count("FUSE_READ request 101 refused with EBUSY: the limit is reached"));
    }

    [Fact]
    public void WriteBeyondTheLimit_IsBusyToo()
    {
        Fill();

        Assert.Equal((101ul, Errno.EBUSY), Ask(FuseMessage.Write(1, "x"u8, unique: 101)));
        Assert.DoesNotContain(fileSystem.Calls, call => call.StartsWith("Write", StringComparison.Ordinal));
    }

    [Fact]
    public void RefusalThatNeedsNoLine_HasNone()
    {
        Fill();
        fileSystem.Refusal = null;

        Assert.Equal((101ul, Errno.EBUSY), Ask(FuseMessage.Read(1, unique: 101)));

        Assert.Equal(0, logger.Count("EBUSY"));
    }

    [Fact]
    public void WhatCannotBlock_ContinuesBeyondTheLimit()
    {
        Fill();

        Assert.Equal((101ul, Errno.None), Ask(FuseMessage.Lookup("a", unique: 101)));
        Assert.Equal((102ul, Errno.None), Ask(FuseMessage.Request(FuseOpcode.FUSE_GETATTR, default(FuseGetattrIn), unique: 102)));
        Assert.Equal((103ul, Errno.None), Ask(FuseMessage.Request(FuseOpcode.FUSE_READDIR, new FuseReadIn { Size = 4096 }, unique: 103)));
        Assert.Equal((104ul, Errno.None), Ask(FuseMessage.Request(FuseOpcode.FUSE_OPEN, default(FuseOpenIn), unique: 104)));
    }

    /// <summary>The place is free before the reply is sent, or a client that asks again at once is refused.</summary>
    [Fact]
    public void PlaceOfARequest_IsFreeWhenItsReplyIsSent()
    {
        var blocked = new System.Collections.Concurrent.ConcurrentQueue<int>();
        connection.OnSend = _ =>
        {
            blocked.Enqueue(fileSystem.Blocked);
            return Errno.None;
        };
        released.Set();

        for (ulong unique = 1; unique <= 100; unique++)
        {
            Assert.Equal((unique, Errno.None), Ask(FuseMessage.Read(1, unique: unique)));
        }

        Assert.All(blocked, count => Assert.Equal(0, count));
    }

    [Fact]
    public void PlaceOfAHandlerThatThrows_IsFreeAgain()
    {
        fileSystem.OnRead = (_, _) => throw new InvalidOperationException("bug");

        Assert.Equal((1ul, Errno.EIO), Ask(FuseMessage.Read(1, unique: 1)));

        Assert.Equal(0, fileSystem.Blocked);
    }

    [Fact]
    public void AfterTheHangEnded_ReadsWorkAgain()
    {
        Fill();
        Assert.Equal((101ul, Errno.EBUSY), Ask(FuseMessage.Read(1, unique: 101)));
        released.Set();
        Assert.All(Enumerable.Range(0, Limit), _ => Assert.Equal(Errno.None, Take().Error));

        Assert.Equal((102ul, Errno.None), Ask(FuseMessage.Read(1, unique: 102)));
    }

    [Fact]
    public void WithoutMoreThreads_WhatMayBlockIsBusyAndWhatMustNotWaitIsServed()
    {
        threadsLeft = 0;
        fileSystem.OnBegin = () => FuseAdmission.Admitted;
        connection.Submit(FuseMessage.Read(1, unique: 1));
        Assert.True(SpinWait.SpinUntil(() => fileSystem.Blocked == 1, Generous));

        Assert.Equal((2ul, Errno.EBUSY), Ask(FuseMessage.Read(1, unique: 2)));
        Assert.Equal(1, logger.Count("no thread could be created"));
        Assert.Equal(1, fileSystem.Blocked);

        fileSystem.OnBegin = () => FuseAdmission.AdmittedAlways;
        fileSystem.OnRead = null;
        Assert.Equal((3ul, Errno.None), Ask(FuseMessage.Read(1, unique: 3)));
        Assert.Equal((4ul, Errno.None), Ask(FuseMessage.Lookup("a", unique: 4)));
    }

    /// <summary>As many reads as are admitted, all of them in their handlers.</summary>
    private void Fill()
    {
        for (ulong unique = 1; unique <= Limit; unique++)
        {
            connection.Submit(FuseMessage.Read(1, unique: unique));
        }

        Assert.True(SpinWait.SpinUntil(() => fileSystem.Blocked == Limit, Generous));
    }

    private void Start(Thread worker)
    {
        if (threadsLeft == 0)
        {
            throw new InsufficientMemoryException();
        }

        Interlocked.Increment(ref started);
        worker.Start();
    }

    private (ulong Unique, Errno Error) Ask(byte[] request)
    {
        connection.Submit(request);
        FuseAnswer answer = Take();
        return (answer.Unique, answer.Error);
    }

    private FuseAnswer Take()
    {
        byte[]? message = connection.Take(Generous);
        Assert.NotNull(message);
        return FuseAnswer.Parse(message);
    }
}
