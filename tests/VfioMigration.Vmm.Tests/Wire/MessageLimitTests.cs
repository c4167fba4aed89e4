using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Wire;

/// <summary>A message has 30 seconds, whatever trickles meanwhile.</summary>
public class MessageLimitTests
{
    private readonly SteppedClock clock = new();
    private readonly DuplexStream near;
    private readonly DuplexStream far;

    public MessageLimitTests() => (near, far) = DuplexStream.Pair();

    [Fact]
    public async Task SilentPeer_IsGivenUpAfterTheLimit()
    {
        using var sections = new SectionStream(near, clock);
        Task<StreamProblem> received = Receive(sections);
        clock.WaitForTimer(MigrationLimits.Message);
        clock.Advance(MigrationLimits.Message - TimeSpan.FromTicks(1));
        Assert.False(received.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("no complete message was transferred within 30 seconds", (await received.WaitAsync(Background.Patience)).Message);
    }

    [Fact]
    public async Task PeerThatTricklesBytes_IsGivenUpAfterTheLimitAllTheSame()
    {
        using var sections = new SectionStream(near, clock);
        byte[] message = Message();
        Task<StreamProblem> received = Receive(sections);
        clock.WaitForTimer(MigrationLimits.Message);
        for (int second = 0; second < 30; second++)
        {
            Assert.False(received.IsCompleted);
            far.Write(message.AsSpan(second, 1));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Contains("within 30 seconds", (await received.WaitAsync(Background.Patience)).Message);
    }

    [Fact]
    public async Task PeerThatReadsNothing_IsGivenUpAfterTheLimit()
    {
        using var sections = new SectionStream(near, clock);
        Task<StreamProblem> sent = Background.Run(() => Assert.Throws<StreamProblem>(() => sections.Send(SectionType.Memory, new byte[1 << 20])));
        clock.WaitForTimer(MigrationLimits.Message);
        clock.Advance(MigrationLimits.Message);

        Assert.Contains("within 30 seconds", (await sent.WaitAsync(Background.Patience)).Message);
    }

    [Fact]
    public void EveryMessage_HasTheWholeLimit()
    {
        using var sections = new SectionStream(near, clock);
        using var writer = new SectionStream(far, clock);
        for (int i = 0; i < 10; i++)
        {
            writer.Send(SectionType.Ready);
            clock.Advance(MigrationLimits.Message * 2);
            Assert.Equal(SectionType.Ready, sections.Receive(out _));
        }
    }

    [Fact]
    public async Task TimerThatIsEarly_LooksAgain()
    {
        var skewed = new EarlyClock(clock);
        using var sections = new SectionStream(near, skewed);
        Task<StreamProblem> received = Receive(sections);
        clock.WaitForTimer(MigrationLimits.Message);
        clock.Advance(MigrationLimits.Message - EarlyClock.Skew);
        Assert.False(received.IsCompleted);
        clock.WaitForTimer(EarlyClock.Skew + TimeSpan.FromMilliseconds(1));
        clock.Advance(EarlyClock.Skew + TimeSpan.FromMilliseconds(1));

        Assert.Contains("within 30 seconds", (await received.WaitAsync(Background.Patience)).Message);
    }

    [Fact]
    public async Task Abort_EndsAReadAtOnce()
    {
        using var sections = new SectionStream(near, clock);
        Task<Exception> received = Background.Run(() => Record.Exception(() => sections.Receive(out _))!, Background.WaitUntilBlocked);
        sections.Abort();
        sections.Abort();

        Assert.IsNotType<StreamProblem>(await received.WaitAsync(Background.Patience));
    }

    private static Task<StreamProblem> Receive(SectionStream sections) =>
        Background.Run(() => Assert.Throws<StreamProblem>(() => (object?)sections.Receive(out _)));

    private static byte[] Message()
    {
        using var bytes = new MemoryStream();
        new SectionStream(bytes).Send(SectionType.Memory, new byte[4096]);
        return bytes.ToArray();
    }

    /// <summary>Its timers come a little before its time, as those of the runtime may.</summary>
    private sealed class EarlyClock(SteppedClock inner) : TimeProvider
    {
        internal static readonly TimeSpan Skew = TimeSpan.FromMilliseconds(10);

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new EarlyTimer(inner.CreateTimer(callback, state, dueTime, period));

        private sealed class EarlyTimer(ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) =>
                inner.Change(dueTime == MigrationLimits.Message ? dueTime - Skew : dueTime, period);

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
