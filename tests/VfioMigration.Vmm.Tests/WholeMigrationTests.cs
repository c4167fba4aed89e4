using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Irqs;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Workloads;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests;

/// <summary>Whole migrations in which nothing goes wrong.</summary>
public sealed class WholeMigrationTests
{
    private const MigrationPersonality V2 = MigrationPersonality.V2;
    private const MigrationPersonality V1 = MigrationPersonality.V1;
    private const MigrationPersonality Rfc = MigrationPersonality.Rfc;

    public static TheoryData<MigrationPersonality, MigrationPersonality> Pairs => new()
    {
        { V2, V2 }, { V2, V1 }, { V2, Rfc }, { V1, V2 }, { V1, V1 }, { V1, Rfc }, { Rfc, V2 }, { Rfc, V1 }, { Rfc, Rfc },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task GuestThatMakesStepsBetweenTheRounds_ArrivesBitIdentical(MigrationPersonality from, MigrationPersonality to)
    {
        using var lab = new TestLab(from, to);

        await AssertBitIdentical(lab, TestLab.Stepped(5));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task GuestThatRunsAllTheTime_ContinuesThereAndBack(MigrationPersonality from, MigrationPersonality to)
    {
        using var lab = new TestLab(from, to);
        lab.First.Start(TestLab.Busy());

        Assert.Equal(MigrationResult.Completed, (await lab.Migrate()).Result);
        lab.AssertRunsOnlyOn(lab.Second);
        lab.First.Stop();
        Assert.Equal(MigrationResult.Completed, (await lab.Migrate(new MigrationAttempt(lab.Second, lab.First))).Result);
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Theory]
    [InlineData(V2)]
    [InlineData(V1)]
    [InlineData(Rfc)]
    public async Task DeviceWithoutPreCopyAndLog_ArrivesBitIdentical(MigrationPersonality personality)
    {
        var plain = new TestDeviceOptions(personality, VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY, HasDirtyLog: false);
        using var lab = new TestLab(plain, plain);

        await AssertBitIdentical(lab, TestLab.Stepped(6));
    }

    [Fact]
    public void AnySeedAndPattern_ArriveBitIdentical() =>
        Prop.ForAll<ulong, byte, byte>((seed, pattern, rounds) =>
        {
            using var lab = new TestLab();
            AssertBitIdentical(lab, TestLab.Stepped(seed, (AccessPattern)(pattern % 4)), 1 + (rounds % 3)).GetAwaiter().GetResult();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public async Task PendingInterrupts_AreDeliveredToWhoeverListensAtTheTarget()
    {
        using var lab = new TestLab();
        Guest guest = lab.First.Start(TestLab.Stepped());
        guest.Run(8);

        await lab.Migrate();

        var counter = new EventCounter();
        const VfioIrqSetFlags Flags = VfioIrqSetFlags.VFIO_IRQ_SET_DATA_EVENTFD | VfioIrqSetFlags.VFIO_IRQ_SET_ACTION_TRIGGER;
        Assert.Equal([false, true, true, true], Enumerable.Range(0, 4).Select(lab.Second.Device.Msix.IsPending));
        Assert.Equal(Errno.None, lab.Second.Device.Msix.Set(Flags, 2, 1, default, [counter]));
        Assert.Equal((1UL, false), (counter.Read(), lab.Second.Device.Msix.IsPending(2)));
    }

    /// <summary>What its user says while it moves counts, wherever it ends.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GuestPausedDuringPreCopy_StaysPaused(bool fails)
    {
        using var lab = new TestLab();
        Guest guest = lab.First.Start(TestLab.Stepped());
        if (fails)
        {
            lab.Second.Device.Faults.Add(FaultRule.Parse("arc RESUMING STOP EIO", out _)!);
        }

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Observer = happened =>
            {
                if (happened is { Event: ObservedKind.Phase, Phase: MigrationPhase.PreCopy })
                {
                    guest.Pause();
                }
            },
        });

        Assert.Equal(fails ? MigrationResult.Failed : MigrationResult.Completed, end.Result);
        TestHost host = fails ? lab.First : lab.Second;
        Assert.Equal(GuestStatus.Paused, host.Guest!.Status);
        Assert.Equal(Errno.None, host.Guest.Resume());
        lab.AssertRunsOnlyOn(host);
    }

    [Fact]
    public async Task GuestResumedDuringPreCopy_RunsAtTheTarget()
    {
        using var lab = new TestLab();
        Guest guest = lab.First.Start(TestLab.Stepped());
        guest.Pause();

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Observer = happened => Assert.True(happened is not { Event: ObservedKind.Phase, Phase: MigrationPhase.PreCopy } || guest.Resume() == Errno.None),
        });

        Assert.Equal(MigrationResult.Completed, end.Result);
        lab.AssertRunsOnlyOn(lab.Second);
    }

    [Fact]
    public async Task PausedGuest_StaysPausedAndCanBeResumed()
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Busy()).Pause();

        Assert.Equal(MigrationResult.Completed, (await lab.Migrate()).Result);

        Assert.Equal(GuestStatus.Paused, lab.Second.Guest!.Status);
        Assert.Equal(Errno.EBUSY, lab.First.Guest!.Resume());
        Assert.Equal(Errno.None, lab.Second.Guest.Resume());
        lab.AssertRunsOnlyOn(lab.Second);
    }

    [Fact]
    public async Task DeviceWithoutGuest_ArrivesAndIsFree()
    {
        using var lab = new TestLab(new TestDeviceOptions(KeepsState: true), new TestDeviceOptions(KeepsState: true));
        lab.First.Start(TestLab.Stepped()).Run(50);
        byte[] registers = lab.First.Device.Registers();
        lab.First.Stop();

        Assert.Equal(MigrationResult.Completed, (await lab.Migrate()).Result);

        Assert.Equal(registers, lab.Second.Device.Registers());
        Assert.Equal(lab.First.Device.StateMemory[0].Content, lab.Second.Device.StateMemory[0].Content);
        Assert.Equal((false, VfioDeviceState.VFIO_DEVICE_STATE_RUNNING), (lab.Second.Device.IsOpen, lab.Second.Device.Migration!.State));
    }

    private static async Task AssertBitIdentical(TestLab lab, GuestOptions options, int rounds = 3)
    {
        Guest guest = lab.First.Start(options);
        guest.Run(300);
        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Policy = new MigrationPolicy(rounds, TimeSpan.Zero, 0),
            Observer = happened => guest.Run(happened is { Phase: MigrationPhase.PreCopy, Event: ObservedKind.Round } ? 70 : 0),
        });

        Assert.True(end.Result == MigrationResult.Completed, end.Message);
        Assert.Equal(lab.First.Device.Registers(), lab.Second.Device.Registers());
        Assert.Equal(lab.First.Device.StateMemory[0].Content, lab.Second.Device.StateMemory[0].Content);
        Assert.Equal(guest.Workload.Shadows[0].Expected, lab.Second.Guest!.Memory.Content);
        Assert.Equal(guest.Workload.Steps, lab.Second.Guest.Workload.Steps);
        lab.AssertRunsOnlyOn(lab.Second);
        Assert.Equal(Errno.None, lab.Second.Guest.Run(300));
        lab.AssertRunsOnlyOn(lab.Second);
    }
}
