using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Source;

public sealed class MigrationSourceTests : IDisposable
{
    private readonly TestLab lab = new();

    [Fact]
    public async Task Run_ThatSucceeds_PassesThePhasesInOrder()
    {
        lab.First.Start(TestLab.Busy());

        MigrationEnd end = await lab.Migrate();

        Assert.Equal(
            [MigrationPhase.Check, MigrationPhase.PreCopy, MigrationPhase.StopCopy, MigrationPhase.Resume, MigrationPhase.Switchover],
            end.Events.Where(happened => happened.Event == ObservedKind.Phase).Select(happened => happened.Phase));
        Assert.Equal(ObservedKind.Done, end.Events[^1].Event);
        Assert.Equal((GuestStatus.HandedOver, VfioDeviceState.VFIO_DEVICE_STATE_STOP), (lab.First.Guest!.Status, lab.First.Device.Migration!.State));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Run_ThatDoesNotConverge_StopsAfterTheMostRounds(int most)
    {
        Guest guest = lab.First.Start(TestLab.Stepped());

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Policy = new MigrationPolicy(most, TimeSpan.Zero, 0),
            Observer = happened => guest.Run(happened.Event == ObservedKind.Round && happened.Phase == MigrationPhase.PreCopy ? 10 : 0),
        });

        Assert.Equal(most + 1, end.Events.Count(happened => happened.Event == ObservedKind.Round));
    }

    [Fact]
    public async Task Run_ThatConverges_StopsWhenTheRestFitsIntoTheDowntime()
    {
        Guest guest = lab.First.Start(TestLab.Stepped());
        guest.Run(500);
        guest.Pause();
        int steps = 256;
        lab.Clock.Waited = () => guest.Run(steps /= 2);

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Policy = new MigrationPolicy(50, TimeSpan.FromSeconds(0.1), 1_000_000),
        });

        Assert.Equal(MigrationResult.Completed, end.Result);

        Assert.InRange(end.Events.Count(happened => happened.Event == ObservedKind.Round), 3, 20);
        ObservedEvent last = end.Events.Last(happened => happened is { Event: ObservedKind.Round, Phase: MigrationPhase.PreCopy });
        Assert.InRange(last.Round!.BytesPerSecond!.Value, 900_000, 1_100_000);
    }

    [Fact]
    public async Task Run_ThatIsRefused_SaysWhyAndTheGuestRunsOn()
    {
        lab.First.Start(TestLab.Busy());
        lab.Second.Refusal = "not today";

        MigrationEnd end = await lab.Migrate();

        Assert.Equal((MigrationResult.Failed, "the target refused: not today; the guest keeps running on the source"), (end.Result, end.Message));
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Fact]
    public async Task Run_ToATargetThatIsInUse_SaysSo()
    {
        lab.First.Start(TestLab.Busy());
        using Guest other = Guest.Create(lab.Second.Device, TestLab.Stepped(), lab.Clock).Value;

        Assert.Contains("EBUSY", (await lab.Migrate()).Message);
    }

    [Fact]
    public async Task Run_ToNobody_Fails()
    {
        lab.First.Start(TestLab.Busy());
        lab.Second.Die();

        MigrationEnd end = await lab.Migrate();

        Assert.Contains("ECONNREFUSED", end.Message);
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Theory]
    [InlineData(MigrationPhase.Check)]
    [InlineData(MigrationPhase.PreCopy)]
    [InlineData(MigrationPhase.StopCopy)]
    [InlineData(MigrationPhase.Resume)]
    [InlineData(MigrationPhase.Switchover)]
    public async Task Cancelled_InAnyPhase_TheGuestRunsOnOneSide(MigrationPhase phase)
    {
        lab.First.Start(TestLab.Busy());
        using var cancelled = new CancellationTokenSource();

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Cancelled = cancelled.Token,
            Observer = happened =>
            {
                if (happened.Phase == phase)
                {
                    cancelled.Cancel();
                }
            },
        });

        Assert.Equal(MigrationResult.Failed, end.Result);
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Fact]
    public async Task Resume_WhileTheStateIsTaken_IsEBUSY()
    {
        Guest guest = lab.First.Start(TestLab.Busy());
        var answers = new List<Errno>();

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Observer = happened =>
            {
                if (happened is { Event: ObservedKind.Round, Phase: MigrationPhase.StopCopy } or { Phase: MigrationPhase.Switchover or MigrationPhase.Resume })
                {
                    answers.AddRange([guest.Resume(), guest.TakeBack()]);
                }
            },
        });

        Assert.Equal(MigrationResult.Completed, end.Result);
        Assert.Equal(Enumerable.Repeat(Errno.EBUSY, 6), answers);
        lab.AssertRunsOnlyOn(lab.Second);
    }

    [Fact]
    public async Task GuestThatFailsOnTheWay_IsNotHandedOver()
    {
        Guest guest = lab.First.Start(TestLab.Stepped());

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Observer = happened =>
            {
                if (happened is { Event: ObservedKind.Phase, Phase: MigrationPhase.StopCopy })
                {
                    lab.First.Device.Faults.Add(Vfio.Faults.FaultRule.Parse("write 0 EIO", out _)!);
                    guest.Run(1);
                }
            },
        });

        Assert.Equal((MigrationResult.Failed, GuestStatus.Failed), (end.Result, guest.Status));
        Assert.Contains("the guest has failed at step 1", end.Message);
        Assert.Null(lab.Second.Guest);
    }

    [Fact]
    public async Task RefusalInsteadOfConfirmed_IsBelievedWithoutASecondConnection()
    {
        lab.First.Start(TestLab.Busy());
        lab.Second.Device.Faults.Add(Vfio.Faults.FaultRule.Parse("arc STOP RUNNING_P2P EIO", out _)!);
        var once = new TestPeer(lab.First, lab.Second);

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Peer = once,
            Observer = happened => once.Refusal = happened.Phase == MigrationPhase.Switchover ? Errno.ENOTCONN : Errno.None,
        });

        Assert.Equal(MigrationResult.Failed, end.Result);
        Assert.Contains("the device did not start", end.Message);
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Fact]
    public async Task LostAnswerWithoutASecondConnection_IsInDoubtAndTheGuestCanBeTakenBack()
    {
        Guest guest = lab.First.Start(TestLab.Busy());
        var once = new TestPeer(lab.First, lab.Second, sent: new Trip(TripKind.Cut, 3, SectionType.Commit));

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Describe = description => description with { Origin = null },
            Peer = once,
            Observer = happened => once.Refusal = happened.Phase == MigrationPhase.Switchover ? Errno.ENOTCONN : Errno.None,
        });

        Assert.Equal((MigrationResult.InDoubt, GuestStatus.HandedOver), (end.Result, guest.Status));
        Assert.Equal(Errno.EBUSY, guest.Resume());
        Assert.Equal(Errno.None, guest.TakeBack());
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Fact]
    public async Task OneWay_NeedsNoAnswer()
    {
        lab.First.Start(TestLab.Busy());

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Describe = description => description with { Origin = null, OneWay = true },
        });

        Assert.Equal(MigrationResult.HandedOver, end.Result);
        lab.AssertRunsOnlyOn(lab.Second);
    }

    public void Dispose() => lab.Dispose();
}
