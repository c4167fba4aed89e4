using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Faults;
using VfioMigration.Vfio.Tests.Support;
using VfioMigration.Vmm.Guests;
using VfioMigration.Vmm.Tests.Support;
using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Guests;

public sealed class GuestTests : IDisposable
{
    private readonly TestLab lab = new();

    [Fact]
    public void Create_OfADeviceInUse_IsEBUSY()
    {
        using Guest guest = Create();

        Assert.Equal(Errno.EBUSY, Guest.Create(lab.First.Device, TestLab.Stepped(), lab.Clock).Error);
    }

    [Fact]
    public void Create_OfADeviceWithoutWorkload_IsEOPNOTSUPPAndGivesItBack()
    {
        var device = new VfioDevice(new Device(new DriverCore(TimeProvider.System), "plain"));

        Assert.Equal(Errno.EOPNOTSUPP, Guest.Create(device, TestLab.Stepped(), lab.Clock).Error);
        Assert.False(device.IsOpen);
    }

    [Fact]
    public void Guest_IsPausedRunningAndPausedAgain()
    {
        using Guest guest = Create();
        Assert.Equal(GuestStatus.Paused, guest.Status);
        Assert.Equal(Errno.None, guest.Boot());
        Assert.Equal(GuestStatus.Running, guest.Status);
        guest.Pause();
        Assert.Equal(GuestStatus.Paused, guest.Status);
    }

    [Fact]
    public void Dispose_GivesTheDeviceUp()
    {
        Create().Dispose();

        Assert.False(lab.First.Device.IsOpen);
    }

    [Fact]
    public void Dispose_GivesTheMemoryAndTheShadowsBack()
    {
        Guest guest = CreateCounted(out CountingAllocator system);
        Assert.Equal(Errno.None, guest.Boot());
        Assert.Equal(1 + guest.Workload.Shadows.Count, system.Live);

        guest.Dispose();

        Assert.Equal((0, 0), (system.Live, system.UsedAfterDisposal));
        Assert.Equal(Errno.ENODEV, guest.Workload.Step());
        Assert.Equal("the guest has ended", guest.Workload.FindDifference());
        Assert.Equal(Errno.ENODEV, guest.Boot());
    }

    /// <summary>A guest that is stopped while it is verified or sent keeps its memory until then.</summary>
    [Fact]
    public async Task Dispose_WhileTheGuestIsVerified_IsSafe()
    {
        for (int round = 0; round < 20; round++)
        {
            Guest guest = CreateCounted(out CountingAllocator system);
            using var started = new ManualResetEventSlim();
            Task<string> verifier = Task.Run(() =>
            {
                string? difference;
                do
                {
                    difference = guest.Workload.FindDifference();
                    started.Set();
                }
                while (difference is null);
                return difference;
            });
            started.Wait();

            guest.Dispose();

            Assert.Equal("the guest has ended", await verifier.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal((0, 0), (system.Live, system.UsedAfterDisposal));
        }
    }

    [Fact]
    public void Create_ThatFails_GivesTheMemoryBack()
    {
        var system = new CountingAllocator();
        var device = new VfioDevice(new Device(new DriverCore(TimeProvider.System), "plain"));
        Assert.Equal(Errno.EOPNOTSUPP, Guest.Create(device, TestLab.Stepped(), lab.Clock, system.Allocate).Error);
        Assert.Equal((0, false), (system.Live, device.IsOpen));

        system.Max = 0;
        Assert.Equal(Errno.ENOMEM, Guest.Create(lab.First.Device, TestLab.Stepped(), lab.Clock, system.Allocate).Error);
        Assert.False(lab.First.Device.IsOpen);
    }

    /// <summary>Its bitmaps are ordinary objects: nothing of the device or of the host may hold on to them.</summary>
    [Fact]
    public void DisposedGuest_IsHeldByNobody()
    {
        WeakReference guest = StartAndDispose();

        bool gone = SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                return !guest.IsAlive;
            },
            TimeSpan.FromSeconds(30));

        Assert.True(gone);
    }

    [Theory]
    [InlineData(GuestStatus.HandedOver, Errno.EBUSY, Errno.None)]
    [InlineData(GuestStatus.Incoming, Errno.EBUSY, Errno.EBUSY)]
    [InlineData(GuestStatus.Failed, Errno.EIO, Errno.None)]
    [InlineData(GuestStatus.Paused, Errno.None, Errno.None)]
    [InlineData(GuestStatus.Running, Errno.None, Errno.None)]
    public void ResumeAndPause_InAStatus_AreAnErrno(GuestStatus status, Errno resumed, Errno paused)
    {
        using Guest guest = Create();
        Become(guest, status);
        Assert.Equal((status, resumed), (guest.Status, guest.Resume()));
        GuestStatus now = resumed == Errno.None ? GuestStatus.Running : status;
        Assert.Equal((now, paused), (guest.Status, guest.Pause()));
        Assert.Equal(now == GuestStatus.Running ? GuestStatus.Paused : status, guest.Status);
    }

    [Fact]
    public void Hold_LetsNobodyPauseOrResumeBeforeRelease()
    {
        using Guest guest = Create();
        guest.Boot();
        Assert.True(guest.Hold());
        Assert.Equal(
            (Errno.EBUSY, Errno.EBUSY, Errno.EBUSY, GuestStatus.Paused), (guest.Pause(), guest.Resume(), guest.TakeBack(), guest.Status));
        guest.HandOver(new MigrationLedger(), Guid.NewGuid());
        Assert.Equal(Errno.EBUSY, guest.TakeBack());
        guest.Reclaim();

        Assert.True(guest.Release());
        Assert.Equal(GuestStatus.Running, guest.Status);
    }

    [Fact]
    public void Hold_OfAPausedGuest_LeavesItPaused()
    {
        using Guest guest = Create();
        Assert.False(guest.Hold());
        Assert.False(guest.Release());
        Assert.Equal(GuestStatus.Paused, guest.Status);
    }

    /// <summary>A step between two accesses of the setup would find a device that is half set up.</summary>
    [Fact]
    public async Task CommandsDuringTheSetup_AreEBUSY()
    {
        using Guest guest = Create();
        using var reached = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        lab.First.Device.Booting = () =>
        {
            reached.Set();
            Assert.True(goOn.Wait(Background.Patience));
        };
        Task<Errno> boot = Background.Run(guest.Boot);
        Assert.True(reached.Wait(Background.Patience));
        Assert.Equal((Errno.EBUSY, Errno.EBUSY, Errno.EBUSY), (guest.Resume(), guest.Pause(), guest.Verify().Error));
        Assert.Equal((GuestStatus.Paused, false), (guest.Status, guest.TryEnter()));
        goOn.Set();

        Assert.Equal((Errno.None, GuestStatus.Running), (await boot.WaitAsync(Background.Patience), guest.Status));
    }

    [Fact]
    public void Verify_LeavesTheStatusAlone()
    {
        using Guest guest = Create();
        guest.Boot();
        Assert.Equal(("ok, 0 steps", GuestStatus.Running), (guest.Verify().Value, guest.Status));
        guest.Pause();
        Assert.Equal(("ok, 0 steps", GuestStatus.Paused), (guest.Verify().Value, guest.Status));
        guest.HandOver(new MigrationLedger(), Guid.NewGuid());
        Assert.Equal(("ok, 0 steps", GuestStatus.HandedOver), (guest.Verify().Value, guest.Status));
    }

    [Fact]
    public void Verify_OfAGuestThatArrives_IsEBUSY()
    {
        using Guest guest = Create();
        guest.Expect();

        Assert.Equal(Errno.EBUSY, guest.Verify().Error);
    }

    [Fact]
    public async Task Verify_WhileOthersPauseAndResume_FindsNoStepUnderWay()
    {
        using Guest guest = Create(TestLab.Busy());
        guest.Boot();
        for (int i = 0; i < 50; i++)
        {
            Task<Result<string>> verified = Background.Run(guest.Verify);
            await Task.WhenAll(verified, Background.Run(guest.Pause), Background.Run(guest.Resume), Background.Run(guest.Verify));
            Assert.StartsWith("ok", (await verified).Value);
            Assert.Equal(Errno.None, guest.Resume());
        }
    }

    [Fact]
    public async Task EveryCommand_DuringTheEndOfAGuest_Returns()
    {
        for (int i = 0; i < 50; i++)
        {
            Guest guest = Create(TestLab.Busy());
            guest.Boot();
            await Task.WhenAll(
                Background.Run(guest.Pause),
                Background.Run(guest.Resume),
                Background.Run(guest.Verify),
                Background.Run(guest.TakeBack),
                Background.Run(guest.Dispose),
                Background.Run(guest.Dispose)).WaitAsync(Background.Patience);
            Assert.False(lab.First.Device.IsOpen);
            Assert.Equal((Errno.ENODEV, Errno.ENODEV, Errno.ENODEV), (guest.Pause(), guest.Resume(), guest.Verify().Error));
        }
    }

    [Fact]
    public async Task Dispose_WaitsForWhoeverIsInside()
    {
        Guest guest = Create();
        Assert.True(guest.TryEnter());
        Task ended = Background.Run(guest.Dispose, Background.WaitUntilBlocked);
        Assert.False(ended.IsCompleted);
        Assert.True(guest.Stopping.IsCancellationRequested);
        Assert.False(guest.TryEnter());
        Assert.Equal(Errno.ENODEV, guest.Arrive(runs: true));
        guest.Leave();

        await ended.WaitAsync(Background.Patience);
        Assert.False(lab.First.Device.IsOpen);
    }

    [Fact]
    public void TakeBack_OfAGuestThatWasHandedOver_RunsItAndItsDevice()
    {
        using Guest guest = Create();
        guest.Boot();
        lab.First.Device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP);
        guest.HandOver(new MigrationLedger(), Guid.NewGuid());

        Assert.Equal(Errno.None, guest.TakeBack());
        Assert.Equal((GuestStatus.Running, VfioDeviceState.VFIO_DEVICE_STATE_RUNNING), (guest.Status, lab.First.Device.Migration.State));
    }

    [Fact]
    public void TakeBack_DecidesTheMigrationThatWasInDoubt()
    {
        var ledger = new MigrationLedger();
        var migration = Guid.NewGuid();
        ledger.TryBegin(migration);
        using Guest guest = Create();
        guest.HandOver(ledger, migration);

        guest.TakeBack();

        Assert.Equal(MigrationOutcome.Taken, ledger.Find(migration));
    }

    [Fact]
    public void Dispose_OfAGuestThatWasHandedOver_LeavesItToTheTarget()
    {
        var ledger = new MigrationLedger();
        var migration = Guid.NewGuid();
        ledger.TryBegin(migration);
        Guest guest = Create();
        guest.HandOver(ledger, migration);

        guest.Dispose();

        Assert.Equal(MigrationOutcome.Abandoned, ledger.Find(migration));
    }

    [Fact]
    public void TakeBack_WhenTheDeviceDoesNotRun_IsItsErrno()
    {
        using Guest guest = Create();
        lab.First.Device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP);
        lab.First.Device.Faults.Add(FaultRule.Parse("arc STOP RUNNING_P2P ENODEV", out _)!);
        guest.HandOver(new MigrationLedger(), Guid.NewGuid());

        Assert.Equal((Errno.ENODEV, GuestStatus.HandedOver), (guest.TakeBack(), guest.Status));
    }

    [Fact]
    public void Step_ThatTheDeviceRefuses_FailsTheGuestForGood()
    {
        using Guest guest = Create();
        guest.Boot();
        lab.First.Device.Faults.Add(FaultRule.Parse("write 0 ENXIO n=5", out _)!);

        Assert.Equal(Errno.ENXIO, guest.Run(10));
        Assert.Equal(GuestStatus.Failed, guest.Status);
        Assert.Contains("step 2", guest.Problem);
        Assert.Equal(Errno.EIO, guest.Resume());
    }

    [Fact]
    public async Task PauseAndResume_AtOnce_AgreeOnWhatTheProcessorDoes()
    {
        using Guest guest = Create(TestLab.Busy());
        guest.Boot();
        for (int i = 0; i < 50; i++)
        {
            await Task.WhenAll(Background.Run(guest.Pause), Background.Run(guest.Resume));
            if (guest.Status == GuestStatus.Paused)
            {
                ulong steps = guest.Workload.Steps;
                Assert.Null(guest.Workload.FindDifference());
                Assert.Equal(steps, guest.Workload.Steps);
            }
        }
    }

    public void Dispose() => lab.Dispose();

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference StartAndDispose()
    {
        using Guest guest = Create();
        Assert.Equal(Errno.None, guest.Boot());
        return new WeakReference(guest.Memory);
    }

    private Guest CreateCounted(out CountingAllocator system)
    {
        system = new CountingAllocator();
        return Guest.Create(lab.First.Device, TestLab.Busy(), lab.Clock, system.Allocate).Value;
    }

    private static void Become(Guest guest, GuestStatus status)
    {
        switch (status)
        {
            case GuestStatus.Running:
                Assert.Equal(Errno.None, guest.Resume());
                break;
            case GuestStatus.Incoming:
                guest.Expect();
                break;
            case GuestStatus.HandedOver:
                guest.HandOver(new MigrationLedger(), Guid.NewGuid());
                break;
            case GuestStatus.Failed:
                guest.Fail("broken");
                break;
        }
    }

    private Guest Create(GuestOptions? options = null) => Guest.Create(lab.First.Device, options ?? TestLab.Stepped(), lab.Clock).Value;
}
