using System.Collections.Concurrent;

using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Source;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Support;

/// <summary>Two hosts, a network in memory, and an observer that checks that the guest never runs twice.</summary>
internal sealed class TestLab : IDisposable
{
    private readonly ConcurrentQueue<Task> served = [];
    private volatile string? violation;

    internal TestLab(TestDeviceOptions first, TestDeviceOptions second)
    {
        First = new TestHost(this, "first", first);
        Second = new TestHost(this, "second", second);
    }

    internal TestLab(MigrationPersonality first = MigrationPersonality.V2, MigrationPersonality second = MigrationPersonality.V2)
        : this(new TestDeviceOptions(first), new TestDeviceOptions(second))
    {
    }

    internal TestClock Clock { get; } = new();

    internal Timeline Timeline { get; } = new();

    internal TestHost First { get; }

    internal TestHost Second { get; }

    /// <summary>How long it takes to send or receive something.</summary>
    internal TimeSpan TimePerTransfer { get; init; }

    /// <summary>Every migration that was begun.</summary>
    internal List<Guid> Migrated { get; } = [];

    /// <summary>Accidents that happened.</summary>
    internal int Accidents { get; set; }

    /// <summary>A guest that makes steps as fast as it can.</summary>
    internal static GuestOptions Busy(ulong seed = 1, AccessPattern pattern = AccessPattern.Uniform) => new(1, 0, new WorkloadOptions(seed, pattern));

    /// <summary>A guest that makes 20,000 steps per second; time passes when something is sent, see <see cref="TimePerTransfer"/>.</summary>
    internal static GuestOptions Paced(ulong seed) => new(1, 20_000, new WorkloadOptions(seed));

    /// <summary>A guest that runs but makes only the steps a test asks for: its time does not pass.</summary>
    internal static GuestOptions Stepped(ulong seed = 1, AccessPattern pattern = AccessPattern.Uniform) => new(1, 1, new WorkloadOptions(seed, pattern));

    internal TestHost Host(string name) => name == First.Name ? First : Second;

    /// <summary>Two looks at one host around one at the other: both running means that they ran at once.</summary>
    internal void Look()
    {
        Clock.Advance(TimePerTransfer);
        if (First.Runs && Second.Runs && First.Runs)
        {
            violation ??= "two guests were running";
        }
    }

    /// <summary>Runs a migration and returns when both sides have come to rest.</summary>
    internal async Task<MigrationEnd> Migrate(MigrationAttempt attempt)
    {
        var events = new List<ObservedEvent>();
        MigrationDescription description = attempt.Describe(Description(attempt.From, attempt.To));
        Migrated.Add(description.Id);
        var source = new MigrationSource(
            new MigrationSubject(attempt.From.Device, attempt.From.Guest),
            description,
            attempt.Peer ?? new TestPeer(attempt.From, attempt.To, attempt.Sent, attempt.Answered),
            attempt.Policy,
            attempt.From.Given,
            Clock,
            new EventRecorder(happened =>
            {
                if (attempt.From.IsDead)
                {
                    throw new ProcessKilledException();
                }

                events.Add(happened);
                Look();
                attempt.Observer?.Invoke(happened);
            }));
        MigrationResult? result = await Background.Run(() => Alive(() => source.Run(attempt.Cancelled))).WaitAsync(Background.Patience);
        await Rest();
        return new MigrationEnd(result, events);
    }

    internal Task<MigrationEnd> Migrate() => Migrate(new MigrationAttempt(First, Second));

    /// <summary>Returns when every connection was served to its end.</summary>
    internal async Task Rest()
    {
        while (served.TryDequeue(out Task? task))
        {
            await task.WaitAsync(Background.Patience);
        }
    }

    internal Result<Stream> Connect(TestHost from, TestHost to, Trip? sent, Trip? answered)
    {
        if (from.IsDead)
        {
            throw new ProcessKilledException();
        }

        if (to.IsDead)
        {
            return Errno.ECONNREFUSED;
        }

        (DuplexStream near, DuplexStream far) = DuplexStream.Pair();
        from.Own(near);
        to.Own(far);
        var answering = new TrippingStream(far, to, from, answered, SectionType.Confirmed);
        served.Enqueue(Background.Run(() => Alive(() => to.Target.Serve(answering) is null ? MigrationResult.Completed : MigrationResult.Failed)));
        return new TrippingStream(near, from, to, sent, SectionType.Commit);
    }

    /// <summary>Exactly this host runs the guest, the other has none, and nothing was lost.</summary>
    internal void AssertRunsOnlyOn(TestHost host)
    {
        TestHost other = host == First ? Second : First;
        Assert.Null(violation);
        Assert.Null(Timeline.Violation);
        Assert.True(host.Runs, $"the guest of {host.Name} is {host.Guest?.Status} ({host.Guest?.Problem})");
        Assert.True(other.IsDead || other.Guest?.Status is null or GuestStatus.HandedOver, $"the guest of {other.Name} is {other.Guest?.Status}");
        AssertIntact(host);
        Assert.Null(Timeline.Violation);
    }

    /// <summary>Every memory of the guest is what its shadow says.</summary>
    internal static void AssertIntact(TestHost host)
    {
        bool ran = host.Runs;
        host.Guest!.Pause();
        Assert.Null(host.Guest.Workload.FindDifference());
        if (ran)
        {
            Assert.Equal(Errno.None, host.Guest.Resume());
        }
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }

    private static MigrationDescription Description(TestHost from, TestHost to) => new(
        Guid.NewGuid(),
        from.Name,
        to.Name,
        to.Name,
        "1",
        "test",
        from.Guest?.Options.MemoryMegabytes ?? 0,
        from.Guest?.Options.StepsPerSecond ?? 0,
        from.Guest?.Options.Workload.Seed ?? 0,
        from.Guest?.Options.Workload.Pattern ?? default,
        from.Name);

    private static MigrationResult? Alive(Func<MigrationResult> work)
    {
        try
        {
            return work();
        }
        catch (ProcessKilledException)
        {
            return null;
        }
    }
}
