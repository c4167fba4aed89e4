using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Workloads;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>What the merged uAPI promises, of the device of any driver: states and sessions.</summary>
public abstract partial class MigrationV2Conformance(string vendor)
{
    private VendorDevice Vendor { get; } = VendorDevice.Named(vendor);

    [Fact]
    public void Flags_OfADevice_AreLegal()
    {
        VfioDevice device = Create();
        VfioMigrationFlags flags = device.Migration!.Flags;

        Assert.Equal(MigrationPersonality.V2, device.Personality);
        Assert.Null(device.MigrationRegion);
        Assert.True(flags.HasFlag(VfioMigrationFlags.VFIO_MIGRATION_STOP_COPY));
        Assert.Equal(0UL, (ulong)flags & ~7UL);
        Assert.Equal(VFIO_DEVICE_STATE_RUNNING, device.Migration.State);
    }

    [Fact]
    public void EveryPairOfStates_FollowsTheTable()
    {
        VfioDevice device = Create();
        byte[] stream = device.Save();
        foreach (VfioDeviceState from in Moves.StatesOf(device))
        {
            for (VfioDeviceState to = 0; to <= VFIO_DEVICE_STATE_NR + 1; to++)
            {
                if (device.Reach(from) is { IsSaving: false } session)
                {
                    Assert.Equal(Errno.None, session.Write(stream));
                }

                CheckPair(device.Migration!, from, to);
            }
        }
    }

    [Fact]
    public void SameState_AskedForAgain_KeepsTheSession()
    {
        VfioDevice device = Create();
        foreach (VfioDeviceState state in Moves.StatesOf(device).Skip(1))
        {
            MigrationSession? session = device.Reach(state);

            Assert.Null(device.Enter(state));
            Assert.Same(session, device.Migration!.Session);
            Assert.False(session?.IsOver ?? false);
        }
    }

    [Fact]
    public void Reset_FromEveryState_GivesRunningAndEndsTheSession()
    {
        VfioDevice device = Create();
        foreach (VfioDeviceState state in Moves.StatesOf(device))
        {
            MigrationSession? session = device.Reach(state);

            Assert.Equal(Errno.None, device.Reset());
            Assert.Equal(VFIO_DEVICE_STATE_RUNNING, device.Migration!.State);
            Assert.Null(device.Migration.Session);
            Assert.Equal(Errno.ENODEV, session switch
            {
                null => Errno.ENODEV,
                { IsSaving: true } => session.Read(new byte[1]).Error,
                _ => session.Write([0]),
            });
        }
    }

    [Fact]
    public void Session_InTheWrongDirection_IsEbadf()
    {
        VfioDevice device = Create();

        Assert.Equal(Errno.EBADF, device.Reach(VFIO_DEVICE_STATE_STOP_COPY)!.Write([0]));
        Assert.Equal(Errno.EBADF, device.Reach(VFIO_DEVICE_STATE_RESUMING)!.Read(new byte[1]).Error);
    }

    [Fact]
    public void Session_AfterItsStateWasLeft_IsOver()
    {
        VfioDevice device = Create();
        MigrationSession saving = device.Reach(VFIO_DEVICE_STATE_STOP_COPY)!;
        byte[] stream = saving.ReadToEnd();
        device.Enter(VFIO_DEVICE_STATE_STOP);
        MigrationSession resuming = device.Enter(VFIO_DEVICE_STATE_RESUMING)!;
        Assert.Equal(Errno.None, resuming.Write(stream));
        device.Enter(VFIO_DEVICE_STATE_STOP);

        Assert.Equal(Errno.ENODEV, saving.Read(new byte[1]).Error);
        Assert.Equal(Errno.ENODEV, resuming.Write([0]));
        Assert.Equal(0UL, saving.PendingBytes);
    }

    [Fact]
    public void Close_InTheMiddleOfASession_EndsItAndResetsAllButTheSamples()
    {
        VfioDevice device = Create();
        VfioDeviceFile file = device.Open(new GuestMemory(4096).Map).Value;
        MigrationSession session = device.Enter(VFIO_DEVICE_STATE_STOP_COPY)!;
        file.Dispose();

        Assert.Equal(Vendor.IsSample ? VFIO_DEVICE_STATE_STOP_COPY : VFIO_DEVICE_STATE_RUNNING, device.Migration!.State);
        Assert.Equal(Errno.ENODEV, session.Read(new byte[1]).Error);
        Assert.Equal(!Vendor.IsSample, device.Enter(VFIO_DEVICE_STATE_STOP_COPY) is not null);
        device.Enter(VFIO_DEVICE_STATE_STOP);
        Assert.NotEmpty(device.Enter(VFIO_DEVICE_STATE_STOP_COPY)!.ReadToEnd());
    }

    [Fact]
    public void Dma_InTheStatesThatStopTheDevice_IsRefused()
    {
        VfioDevice device = Create();
        var memory = new GuestMemory(4096);
        using VfioDeviceFile file = device.Open(memory.Map).Value;
        foreach (VfioDeviceState state in Moves.StatesOf(device))
        {
            device.Reach(state);
            Errno expected = DeviceStateTable.IsRunning(state) ? Errno.None : Errno.EBUSY;

            Assert.Equal(expected, device.Dma.Read(0, new byte[16]));
            Assert.Equal(expected, device.Dma.Write(16, [1]));
            Assert.Equal(expected, device.Dma.Pin(0, 1));
            device.Dma.Unpin(0, 1);
        }

        device.Reset();
        Assert.Equal(Errno.None, device.Dma.Write(16, [1]));
    }

    private VfioDevice Create() => Vendor.Create("v2");

    private static void CheckPair(MigrationStateMachine machine, VfioDeviceState from, VfioDeviceState to)
    {
        var passed = new List<VfioDeviceState> { from };
        void Note(VfioDeviceState left, VfioDeviceState reached) => passed.Add(reached);
        machine.Moved += Note;
        Result<MigrationSession?> moved = machine.SetState(to);
        machine.Moved -= Note;
        Result<IReadOnlyList<VfioDeviceState>> path = DeviceStateTable.Path(from, to, machine.Flags);

        Assert.Equal(path.Error, moved.Error);
        Assert.Equal(path.IsOk ? to : from, machine.State);
        Assert.Equal(path.IsOk ? path.Value : [from], passed);
        bool begins = passed.Count > 1
            && (DeviceStateTable.BeginsSaving(passed[^2], to) || DeviceStateTable.BeginsResuming(passed[^2], to));
        Assert.Equal(begins, moved.IsOk && moved.Value is not null);
    }
}
