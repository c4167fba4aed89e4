using VfioMigration.Uapi;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Tests.Support;

namespace VfioMigration.Vmm.Tests;

/// <summary>Whole migrations with a fault in one of the two devices.</summary>
public sealed class FaultedMigrationTests
{
    [Theory]
    [InlineData(MigrationPersonality.V2)]
    [InlineData(MigrationPersonality.V1)]
    [InlineData(MigrationPersonality.Rfc)]
    public async Task LostDirtyBits_AreRefusedWithThePageNamed(MigrationPersonality personality)
    {
        using var lab = new TestLab(personality);
        Guest guest = lab.First.Start(TestLab.Stepped());
        guest.Run(100);
        Inject(lab.First, "lose-dirty n=3");

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Observer = happened => guest.Run(happened is { Event: ObservedKind.Phase, Phase: MigrationPhase.StopCopy } ? 40 : 0),
        });

        Assert.Equal(MigrationResult.Failed, end.Result);
        Assert.Matches("checksum mismatch in page [0-9]+ of guest memory", end.Message);
        Assert.Contains(lab.Second.Reports, report => report.Contains("checksum mismatch"));
        lab.AssertRunsOnlyOn(lab.First);
        Assert.Equal(Errno.None, guest.Run(100));
        TestLab.AssertIntact(lab.First);
    }

    [Fact]
    public async Task LostDirtyBits_OfAContainerWithoutDeviceLog_AreRefused()
    {
        using var lab = new TestLab(new TestDeviceOptions(HasDirtyLog: false), new TestDeviceOptions());
        Guest guest = lab.First.Start(TestLab.Stepped());
        Inject(lab.First, "lose-dirty n=1");

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Observer = happened => guest.Run(happened is { Event: ObservedKind.Phase, Phase: MigrationPhase.StopCopy } ? 40 : 0),
        });

        Assert.Contains("checksum mismatch", end.Message);
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Theory]
    [InlineData("arc RUNNING PRE_COPY EIO")]
    [InlineData("arc PRE_COPY PRE_COPY_P2P EIO")]
    [InlineData("arc PRE_COPY_P2P STOP_COPY ENOMEM")]
    [InlineData("stream EIO at=0")]
    [InlineData("stream EIO at=30000")]
    [InlineData("stream short at=0")]
    [InlineData("stream short at=60000")]
    public async Task FaultOfTheSource_LeavesTheGuestAtTheSource(string fault)
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Busy());
        Inject(lab.First, fault);

        MigrationEnd end = await lab.Migrate();

        Assert.Equal(MigrationResult.Failed, end.Result);
        await AssertContinues(lab, lab.First);
    }

    [Fact]
    public async Task ShortStreamBehindTheFirstPass_LeavesTheGuestAtTheSource()
    {
        using var lab = new TestLab();
        Guest guest = lab.First.Start(TestLab.Stepped());
        guest.Run(100);
        Inject(lab.First, $"stream short at={TestDevice.MemoryLength + 4000}");

        MigrationEnd end = await lab.Migrate(new MigrationAttempt(lab.First, lab.Second)
        {
            Observer = happened => guest.Run(happened is { Event: ObservedKind.Phase, Phase: MigrationPhase.StopCopy } ? 1000 : 0),
        });

        Assert.Equal(MigrationResult.Failed, end.Result);
        lab.AssertRunsOnlyOn(lab.First);
    }

    [Theory]
    [InlineData("arc RUNNING RUNNING_P2P EIO")]
    [InlineData("arc RUNNING_P2P STOP EIO")]
    [InlineData("arc STOP RESUMING EIO")]
    [InlineData("arc RESUMING STOP EIO")]
    [InlineData("arc RESUMING STOP EIO break")]
    [InlineData("arc STOP RUNNING_P2P EIO")]
    [InlineData("arc RUNNING_P2P RUNNING EIO break")]
    [InlineData("stream EIO at=0")]
    [InlineData("stream EIO at=50000")]
    [InlineData("stream short at=0")]
    [InlineData("stream short at=50000")]
    public async Task FaultOfTheTarget_LeavesTheGuestAtTheSource(string fault)
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Busy());
        Inject(lab.Second, fault);

        MigrationEnd end = await lab.Migrate();

        Assert.Equal(MigrationResult.Failed, end.Result);
        Assert.False(lab.Second.Device.IsOpen);
        await AssertContinues(lab, lab.First);
    }

    [Fact]
    public async Task FaultWhenTheSourceLetsGo_LeavesTheGuestAtTheTarget()
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Busy());
        Inject(lab.First, "arc STOP_COPY STOP EIO");

        Assert.Equal(MigrationResult.Completed, (await lab.Migrate()).Result);

        lab.AssertRunsOnlyOn(lab.Second);
    }

    [Theory]
    [InlineData(MigrationPersonality.V2, "arc STOP_COPY STOP EIO")]
    [InlineData(MigrationPersonality.V2, "arc STOP RUNNING_P2P EIO")]
    [InlineData(MigrationPersonality.V1, "arc STOP_COPY STOP EIO")]
    [InlineData(MigrationPersonality.Rfc, "arc STOP RUNNING_P2P EIO")]
    public async Task FaultOnTheWayBack_IsOvercome(MigrationPersonality personality, string fault)
    {
        using var lab = new TestLab(personality);
        lab.First.Start(TestLab.Busy());
        Inject(lab.First, fault);
        Inject(lab.Second, "arc RESUMING STOP EIO");

        Assert.Equal(MigrationResult.Failed, (await lab.Migrate()).Result);

        await AssertContinues(lab, lab.First);
    }

    [Fact]
    public async Task BreakOfTheSourceDevice_ResetsItAndSaysSo()
    {
        using var lab = new TestLab();
        lab.First.Start(TestLab.Stepped());
        Inject(lab.First, "arc PRE_COPY_P2P STOP_COPY EIO break");

        MigrationEnd end = await lab.Migrate();

        Assert.Equal(MigrationResult.Failed, end.Result);
        Assert.Contains("reset", end.Message);
        Assert.Equal(Uapi.Vfio.VfioDeviceState.VFIO_DEVICE_STATE_RUNNING, lab.First.Device.Migration!.State);
    }

    private static void Inject(TestHost host, string fault)
    {
        FaultRule? rule = FaultRule.Parse(fault, out string? problem);
        Assert.Null(problem);
        Assert.Equal(Errno.None, host.Device.Faults.Add(rule!));
    }

    /// <summary>The guest runs where it is, and can still be moved once the faults are gone.</summary>
    private static async Task AssertContinues(TestLab lab, TestHost host)
    {
        lab.AssertRunsOnlyOn(host);
        lab.First.Device.Faults.Clear();
        lab.Second.Device.Faults.Clear();
        Assert.Equal(MigrationResult.Completed, (await lab.Migrate()).Result);
        lab.AssertRunsOnlyOn(lab.Second);
    }
}
