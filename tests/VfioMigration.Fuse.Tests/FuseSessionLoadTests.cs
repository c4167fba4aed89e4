using System.Collections.Concurrent;
using System.Reflection;

using FsCheck.Fluent;

using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Fuse.Tests;

/// <summary>Exactly once: under load and interrupts every request gets one answer.</summary>
public sealed class FuseSessionLoadTests
{
    private const int Requests = 1500;
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    /// <summary>Requests have even uniques; the kernel marks interrupts by the lowest bit.</summary>
    [Fact]
    public void UnderRandomInterrupts_EveryRequestIsAnsweredExactlyOnce() =>
        Quietly.Check(Gen.Choose(0, int.MaxValue), Run, times: 3);

    /// <summary>
    /// Whether a thread is left to read is decided by these two counters, so neither may lose a change when threads end at once. They
    /// are private: a wrong one shows itself only after long use, as threads that never end or as a mount that hangs.
    /// </summary>
    [Fact]
    public void AfterBurstsOfThreads_EveryThreadIsCountedIdle()
    {
        const int Bursts = 2000;
        const int Size = 24;
        var logger = new RecordingLogger();
        var fileSystem = new FakeFileSystem();
        using var connection = new InMemoryFuseConnection();
        using var session = new FuseSession(connection, fileSystem, new FuseNotifier(connection, logger), TimeProvider.System, logger);
        session.Start();
        for (ulong unique = 1; unique <= Bursts * Size;)
        {
            using var all = new CountdownEvent(Size);
            fileSystem.OnRead = (_, _) => all.Signal() || all.Wait(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
            for (int i = 0; i < Size; i++)
            {
                connection.Submit(FuseMessage.Read(1, unique: unique++));
            }

            Assert.All(Enumerable.Range(0, Size), _ => Assert.NotNull(connection.Take(Generous)));
        }

        bool settled = SpinWait.SpinUntil(() => Counter(session, "idle") == Counter(session, "threads"), TimeSpan.FromSeconds(10));

        Assert.True(settled, $"{Counter(session, "idle")} of {Counter(session, "threads")} threads at rest are counted idle");
    }

    private static int Counter(FuseSession session, string name) =>
        (int)typeof(FuseSession).GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(session)!;

    private static void Run(int seed)
    {
        var random = new Random(seed);
        var answers = new ConcurrentDictionary<ulong, int>();
        var logger = new RecordingLogger();
        using var allAnswered = new CountdownEvent(Requests);
        using var release = new ManualResetEvent(false);
        using var connection = new InMemoryFuseConnection();
        connection.OnSend = message =>
        {
            ulong unique = FuseAnswer.Parse(message).Unique;
            if (answers.AddOrUpdate(unique, 1, (_, count) => count + 1) == 1 && unique % 2 == 0)
            {
                allAnswered.Signal();
            }

            return Errno.None;
        };
        var fileSystem = new FakeFileSystem { OnRead = (call, kind) => Handle(call, kind, release) };
        using var session = new FuseSession(connection, fileSystem, new FuseNotifier(connection, logger), new HastyClock(), logger);
        session.Start();

        Submit(connection, random);
        release.Set();

        Assert.True(allAnswered.Wait(Generous), $"{allAnswered.CurrentCount} requests were not answered");
        Assert.True(logger.WaitFor("finished after its caller", Generous, logger.Count("did not stop")));
        Assert.All(answers.Where(answer => answer.Key % 2 == 0), answer => Assert.Equal(1, answer.Value));
        Assert.All(answers.Where(answer => answer.Key % 2 == 1), answer => Assert.Equal(1, answer.Value));
        Assert.Equal(Requests, answers.Keys.Count(unique => unique % 2 == 0));
    }

    private static void Submit(InMemoryFuseConnection connection, Random random)
    {
        for (ulong i = 1; i <= Requests; i++)
        {
            // One in ten waits for the end or an interrupt: fewer than there may be threads.
            ulong kind = random.Next(10) switch
            {
                0 => (ulong)random.Next(1, 3),
                < 4 => 3,
                _ => 0,
            };
            connection.Submit(FuseMessage.Read(kind, unique: 2 * i));
            if (random.Next(3) == 0)
            {
                ulong target = (ulong)random.NextInt64(1, (long)i + 2);
                connection.Submit(FuseMessage.Interrupt(2 * target, (2 * i) + 1));
            }
        }
    }

    private static Result<int> Handle(FuseCall call, ulong kind, WaitHandle release)
    {
        switch (kind)
        {
            case 1:
                return WaitHandle.WaitAny([call.Interrupted.WaitHandle, release], Generous) == 0 ? Errno.EINTR : (Result<int>)0;
            case 2:
                return release.WaitOne(Generous) ? (Result<int>)0 : Errno.ETIMEDOUT;
            case 3:
                Thread.Yield();
                return call.Interrupted.IsCancellationRequested ? Errno.EINTR : (Result<int>)0;
            default:
                return 0;
        }
    }

    /// <summary>Every grace ends at once, so that the timer races with the handler.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
