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

    /// <summary>Whoever verifies or sends a guest that is stopped meanwhile is not left without memory in the middle.</summary>
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

        system.Most = 0;
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
    [InlineData(GuestStatus.HandedOver, Errno.EBUSY)]
    [InlineData(GuestStatus.Incoming, Errno.EBUSY)]
    [InlineData(GuestStatus.Failed, Errno.EIO)]
    [InlineData(GuestStatus.Paused, Errno.None)]
    [InlineData(GuestStatus.Running, Errno.None)]
    public void Resume_InAStatus_IsAnErrno(GuestStatus status, Errno expected)
    {
        using Guest guest = Create();
        guest.Become(status);

        Assert.Equal(expected, guest.Resume());
        Assert.Equal(expected == Errno.None ? GuestStatus.Running : status, guest.Status);
    }

    [Fact]
    public void Hold_LetsNobodyResumeBeforeRelease()
    {
        using Guest guest = Create();
        guest.Boot();
        guest.Hold();
        Assert.Equal((Errno.EBUSY, Errno.EBUSY, GuestStatus.Paused), (guest.Resume(), guest.TakeBack(), guest.Status));
        guest.Become(GuestStatus.HandedOver);
        Assert.Equal(Errno.EBUSY, guest.TakeBack());
        guest.Become(GuestStatus.Paused);
        guest.Release();

        Assert.Equal((Errno.None, GuestStatus.Running), (guest.Resume(), guest.Status));
    }

    [Fact]
    public void TakeBack_OfAGuestThatWasHandedOver_RunsItAndItsDevice()
    {
        using Guest guest = Create();
        guest.Boot();
        guest.Pause();
        lab.First.Device.Migration!.SetState(VfioDeviceState.VFIO_DEVICE_STATE_STOP);
        guest.Become(GuestStatus.HandedOver);

        Assert.Equal(Errno.None, guest.TakeBack());
        Assert.Equal((GuestStatus.Running, VfioDeviceState.VFIO_DEVICE_STATE_RUNNING), (guest.Status, lab.First.Device.Migration.State));
    }

    [Fact]
    public void TakeBack_DecidesTheMigrationThatWasInDoubt()
    {
        var ledger = new MigrationLedger();
        var migration = Guid.NewGuid();
        ledger.Begin(migration);
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
        ledger.Begin(migration);
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
        guest.Become(GuestStatus.HandedOver);

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
            await Task.WhenAll(Background.Run(guest.Pause), Background.Run(() => guest.Resume()));
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

    private Guest Create(GuestOptions? options = null) => Guest.Create(lab.First.Device, options ?? TestLab.Stepped(), lab.Clock).Value;
}
