using VfioMigration.Sysfs.Guards;
using VfioMigration.Testing;
using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Tests.Guards;

/// <summary>What a call into a driver can do, and what it cannot do to others.</summary>
public sealed class VendorGuardTests : IDisposable
{
    private readonly VendorCalls calls = new(TimeProvider.System) { Timeouts = Short() };
    private readonly List<string> reports = [];
    private readonly ManualResetEventSlim release = new();
    private readonly VendorGuard guard;

    public VendorGuardTests() => guard = new VendorGuard(calls, Report);

    public void Dispose()
    {
        release.Set();
        release.Dispose();
    }

    [Fact]
    public void Call_ThatAnswers_IsItsAnswer()
    {
        Assert.Equal(new VendorAnswer(Errno.None, false), guard.Call(VendorCall.Reset, 1, static _ => Errno.None));
        Assert.Equal(new VendorAnswer(Errno.ENOSPC, false), guard.Call(VendorCall.Reset, 1, static _ => Errno.ENOSPC));
        Assert.Equal(7, guard.Call(VendorCall.Size, 7, static number => (Result<int>)number).Result.Value);
        Assert.Empty(reports);
    }

    [Theory]
    [InlineData((Errno)(-19))]
    [InlineData((Errno)4096)]
    [InlineData((Errno)int.MaxValue)]
    public void Errno_ThatDoesNotExist_IsEIO(Errno errno) => Assert.Equal(Errno.EIO, guard.Call(VendorCall.Reset, errno, static errno => errno).Error);

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OutOfMemoryException))]
    [InlineData(typeof(OperationCanceledException))]
    public void Call_ThatThrows_IsEIOWithALineAndBreaksNothing(Type exception)
    {
        VendorAnswer answer = guard.Call(VendorCall.Judge, exception, static exception => throw (Exception)Activator.CreateInstance(exception, "bug")!);

        Assert.Equal(new VendorAnswer(Errno.EIO, true), answer);
        Assert.Equal($"judge: driver bug: {exception.Name}: bug", Assert.Single(reports));
        Assert.False(guard.IsBroken);
        Assert.Equal(Errno.None, guard.Call(VendorCall.Judge, 0, static _ => Errno.None).Error);
    }

    [Fact]
    public void Exception_WithAMessageThatThrowsOrNeverEnds_IsReportedAllTheSame()
    {
        guard.Call(VendorCall.Judge, 0, static _ => throw new SpitefulException());
        guard.Call(VendorCall.Judge, 0, static _ => throw new InvalidOperationException(new string('x', 1 << 20)));

        Assert.Equal("judge: driver bug: SpitefulException: (its Message property threw as well)", reports[0]);
        Assert.True(reports[1].Length < 400);
    }

    [Fact]
    public void Call_ThatHangs_IsAbandonedAndBreaksTheDevice()
    {
        int broke = 0;
        guard.Broke += () => broke++;

        VendorAnswer answer = guard.Call(VendorCall.Step, release, Hang);

        Assert.Equal((new VendorAnswer(Errno.ETIMEDOUT, true), true, 1), (answer, guard.IsBroken, broke));
        Assert.Contains("step: the driver did not return within 0.05 s", Assert.Single(reports), StringComparison.Ordinal);
        int entered = 0;
        Assert.Equal(new VendorAnswer(Errno.EIO, true), guard.Call(VendorCall.Step, 0, _ => (Errno)(++entered)));
        Assert.Equal(0, entered);
    }

    [Fact]
    public void AnotherDevice_ContinuesWhileOneIsBroken()
    {
        guard.Call(VendorCall.Step, release, Hang);

        Assert.Equal(Errno.None, new VendorGuard(calls, Report).Call(VendorCall.Reset, 0, static _ => Errno.None).Error);
    }

    [Fact]
    public async Task WaitForTheTurn_EndsWhenTheDeviceBreaks()
    {
        Assert.Equal(Errno.None, guard.EnterTurn(default));
        Task<Errno>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() => guard.EnterTurn(default), TaskCreationOptions.LongRunning))];

        guard.Call(VendorCall.Step, release, Hang);

        Assert.All(await Task.WhenAll(waiting).WaitAsync(Background.Patience), error => Assert.Equal(Errno.EIO, error));
        Assert.Equal(Errno.EIO, guard.EnterTurn(default));
    }

    [Fact]
    public void WaitForTheTurn_CanBeInterrupted()
    {
        guard.EnterTurn(default);

        Assert.Equal(Errno.EINTR, guard.EnterTurn(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void BytesOfACallThatIsLate_StayAsTheyWere()
    {
        byte[] destination = [1, 2, 3];

        VendorAnswer<int> answer = guard.Read(VendorCall.Stream, release, destination, static (release, bytes) =>
        {
            release.Wait();
            bytes.Fill(9);
            return bytes.Length;
        });

        Assert.Equal(Errno.ETIMEDOUT, answer.Result.Error);
        release.Set();
        Assert.Equal([1, 2, 3], destination);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MaxValue)]
    public void Read_OfMoreThanThereIsRoomForOrFewerThanNone_IsEIO(int count) =>
        Assert.Equal(Errno.EIO, guard.Read(VendorCall.Stream, count, new byte[3], static (count, _) => count).Result.Error);

    [Fact]
    public void DriverWithSixteenAbandonedCalls_IsAtItsLimitUntilTheyReturn()
    {
        var driver = new GuardedDriver();
        for (int i = 0; i < VendorCalls.MaxAbandonedCalls; i++)
        {
            Assert.False(driver.IsAtLimit);
            new VendorGuard(calls, Report) { Driver = driver }.Call(VendorCall.Step, release, Hang);
        }

        Assert.True(driver.IsAtLimit);
        release.Set();
        Assert.True(SpinWait.SpinUntil(() => !driver.IsAtLimit, Background.Patience));
    }

    [Fact]
    public void TimeLeft_InsideACall_IsThatOfTheCallAndOfThoseAroundIt()
    {
        TimeSpan inner = default;
        guard.Call(VendorCall.Judge, guard, outer =>
        {
            outer.Call(VendorCall.Probe, 0, _ =>
            {
                inner = calls.TimeLeft;
                return Errno.None;
            });
            return Errno.None;
        });

        Assert.InRange(inner, TimeSpan.Zero, VendorTimeouts.Default[VendorCall.Judge]);
        Assert.Equal(Timeout.InfiniteTimeSpan, calls.TimeLeft);
    }

    [Fact]
    public void Run_OfWorkThatHangsInADriver_ComesBack()
    {
        bool cameBack = calls.Run(() => guard.Call(VendorCall.Stream, release, Hang));

        Assert.False(cameBack);
    }

    [Fact]
    public void Run_OfWorkThatThrows_Throws() => Assert.Throws<IOException>(() => calls.Run(static () => throw new IOException("broken pipe")));

    [Fact]
    public async Task LentThread_ThatHangs_IsGivenUpOnce()
    {
        int givenUp = 0;
        using var told = new ManualResetEventSlim();
        VendorAnswer late = default;
        Task thread = Task.Factory.StartNew(
            () =>
            {
                using (calls.AllowAbandonment(() =>
                {
                    givenUp++;
                    told.Set();
                }))
                {
                    late = guard.Call(VendorCall.Workload, release, Hang);
                }
            },
            TaskCreationOptions.LongRunning);

        Assert.True(told.Wait(Background.Patience));
        release.Set();
        await thread.WaitAsync(Background.Patience);
        Assert.Equal((new VendorAnswer(Errno.EIO, true), 1), (late, givenUp));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ThreadThatIsLentTwice_TellsWhoeverLentItAndIsStillLentAfterwards(bool isInside)
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var allTold = new ManualResetEventSlim();
        Task thread = Task.Factory.StartNew(
            () =>
            {
                using IDisposable outer = calls.AllowAbandonment(() =>
                {
                    told.Enqueue("outer");
                    allTold.Set();
                });
                using (calls.AllowAbandonment(() => told.Enqueue("inner")))
                {
                    if (isInside)
                    {
                        guard.Call(VendorCall.Workload, release, Hang);
                    }
                }

                if (!isInside)
                {
                    guard.Call(VendorCall.Workload, release, Hang);
                }
            },
            TaskCreationOptions.LongRunning);

        Assert.True(allTold.Wait(Background.Patience));
        release.Set();
        await thread.WaitAsync(Background.Patience);
        Assert.Equal(isInside ? ["inner", "outer"] : ["outer"], told);
    }

    [Fact]
    public void CallOnALentThread_AllocatesNothing()
    {
        using IDisposable loan = calls.AllowAbandonment(static () => { });
        byte[] bytes = new byte[16];
        Use(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Use(bytes);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Use(byte[] bytes)
    {
        for (int i = 0; i < 100; i++)
        {
            guard.Call(VendorCall.Reset, bytes, static _ => Errno.None);
            guard.Call(VendorCall.Size, bytes, static bytes => (Result<int>)bytes.Length);
            guard.Read(VendorCall.RegionAccess, bytes, bytes, static (_, destination) => destination.Length);
            guard.Write(VendorCall.RegionAccess, bytes, bytes, static (_, _) => Errno.None);
        }
    }

    private static Errno Hang(ManualResetEventSlim release)
    {
        release.Wait();
        return Errno.None;
    }

    /// <summary>Short for the calls that hang here; those that answer are of other kinds, so that a busy machine does not abandon them.</summary>
    private static VendorTimeouts Short() => VendorTimeouts.With(
        new[] { "step", "stream", "workload" }.ToDictionary(static name => name, static _ => TimeSpan.FromMilliseconds(50)));

    private void Report(string text)
    {
        lock (reports)
        {
            reports.Add(text);
        }
    }

    private sealed class SpitefulException : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }
}
